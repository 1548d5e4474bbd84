import type { Driver } from '../../driver.ts';
import { LicenceExpiry } from '../shared/licences.ts';
import type { Settings } from '../shared/settings.ts';
import { collect, type Memory } from './collect.ts';
import { login, logout } from './login.ts';

/** Creates the driver for the modern API (Webitel 20.12 and later). */
export function createModernDriver(settings: Settings): Driver {
  const memory: Memory = { licenceExpiry: new LicenceExpiry(settings) };
  return {
    login: (sender) => login(sender, settings, memory),
    logout: (sender, session) => logout(sender, session, settings, memory),
    collect: (conversation) => collect(conversation, settings, memory),
  };
}
