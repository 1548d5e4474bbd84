import type { Driver } from '../../driver.ts';
import type { Settings } from '../settings.ts';
import { collect } from './collect.ts';
import { login, logout } from './login.ts';

/** The driver for the legacy engine (Webitel 3.2 to 3.11). */
export function createLegacyDriver(settings: Settings): Driver {
  return {
    login: (sender) => login(sender, settings),
    logout: (sender, session) => logout(sender, session, settings),
    collect: (conversation) => collect(conversation, settings),
  };
}
