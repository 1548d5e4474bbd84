import type { Driver } from '../../driver.ts';
import { LicenceExpiry } from '../shared/licences.ts';
import type { Settings } from '../shared/settings.ts';
import { collect } from './collect.ts';
import { ColumnOrder } from './column-order.ts';
import { consoleQueueOf } from './console-queue.ts';
import type { Engine } from './engine-round.ts';
import { login, logout } from './login.ts';

/** Creates the driver for the legacy engine (Webitel 3.2 to 3.11). */
export function createLegacyDriver(settings: Settings): Driver {
  const consoleQueue = consoleQueueOf(settings.clock, settings.url);
  const order = new ColumnOrder(settings.pbx, settings.random());
  const engine: Engine = { settings, consoleQueue, order, licenceExpiry: new LicenceExpiry(settings) };
  return {
    // The engine requests the password from its console.
    login: (sender) => consoleQueue.bypassQueue(() => login(sender, settings)),
    logout: (sender, session) => logout(sender, session, settings),
    collect: (conversation) => collect(conversation, engine),
  };
}
