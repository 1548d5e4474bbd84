import type { Driver } from '../../driver.ts';
import type { Settings } from '../settings.ts';
import { collect } from './collect.ts';
import { login, logout } from './login.ts';

/** The driver for the modern API (Webitel 20.12 and later). */
export function createModernDriver(settings: Settings): Driver {
  return {
    login: (sender) => login(sender, settings),
    logout: (sender, session) => logout(sender, session, settings),
    collect: (conversation) => collect(conversation, settings),
  };
}
