import type { Trunk } from '../kit/world.ts';
import type { Action, ActionContext } from './action.ts';
import { pjsipTrunks } from './endpoint.ts';
import { formatList } from './message.ts';
import type { Field, ListEvent } from './message.ts';

/**
 * Returns the status as Asterisk spells it. `Rejected` includes providers that do not answer; `Unregistered` includes a
 * first attempt that is still in progress.
 */
export function registrationWord(trunk: Trunk): 'Registered' | 'Rejected' | 'Unregistered' {
  if (trunk.state === 'registered') return 'Registered';
  return trunk.state === 'rejected' || trunk.state === 'failed' ? 'Rejected' : 'Unregistered';
}

/** Reports whether the registration has a state; without one it has no `Status` and is not counted. */
function hasState({ state }: Trunk): boolean {
  return state !== 'unknown';
}

/** An outbound registration and its trunk. */
interface Registration {
  readonly name: string;
  readonly trunk: Trunk;
  /** Whether `line=yes` is set, which adds the endpoint's name to the answer; registrations of the wizard lack it. */
  readonly line: boolean;
}

/** Returns the outbound registrations; a trunk from pjsip_wizard.conf has one for each of its hosts. */
function registrationsOf(context: ActionContext): readonly Registration[] {
  const trunks = pjsipTrunks(context).filter((trunk) => trunk.kind === 'register');
  return trunks.flatMap((trunk): readonly Registration[] => {
    const states = context.switches.wizards.get(trunk.name);
    if (states === undefined) return [{ name: trunk.name, trunk, line: true }];
    return states.map((state, index) => ({
      name: `${trunk.name}-reg-${index}`,
      trunk: { ...trunk, state },
      line: false,
    }));
  });
}

function registrationFields({ name, trunk, line }: Registration): readonly Field[] {
  const status: readonly Field[] = hasState(trunk) ? [['Status', registrationWord(trunk)]] : [];
  return [
    ['ObjectType', 'registration'],
    ['ObjectName', name],
    ['MaxRetries', 10_000],
    ['ClientUri', `sip:${trunk.username}@${trunk.host}`],
    ['SecurityNegotiation', 'no'],
    ['AuthRejectionPermanent', 'false'],
    ['ServerUri', `sip:${trunk.host}`],
    ['SupportPath', 'false'],
    ['RetryInterval', 60],
    ['ContactHeaderParams', ''],
    ['Expiration', 3600],
    ['Transport', 'transport-udp'],
    ['Line', String(line)],
    ['ContactUser', trunk.username],
    ['Endpoint', line ? trunk.name : ''],
    ['UserAgent', ''],
    ['ForbiddenRetryInterval', 0],
    ['OutboundAuth', `${trunk.name}-auth`],
    ['OutboundProxy', ''],
    ['FatalRetryInterval', 0],
    ['SupportOutbound', 'no'],
    ...status,
    ['NextReg', 0],
  ];
}

/** Returns the credentials of a trunk in clear text, as the real PBX does; they are made up. */
function authenticationFields(trunk: Trunk): readonly Field[] {
  return [
    ['ObjectType', 'auth'],
    ['ObjectName', `${trunk.name}-auth`],
    ['Username', trunk.username],
    ['Md5Cred', ''],
    ['Realm', ''],
    ['AuthType', 'userpass'],
    ['Password', trunk.secret],
    ['NonceLifetime', 32],
  ];
}

function showRegistrations(context: ActionContext): string {
  const registrations = registrationsOf(context);
  const counted = registrations.filter(({ trunk }) => hasState(trunk)).length;
  const registered = registrations.filter(({ trunk }) => trunk.state === 'registered').length;
  return formatList(context.actionId, {
    message: 'Following are Events for each Outbound registration',
    events: registrations.flatMap((registration): ListEvent[] => [
      {
        event: 'OutboundRegistrationDetail',
        fields: registrationFields(registration),
        counted: hasState(registration.trunk),
      },
      { event: 'AuthDetail', fields: authenticationFields(registration.trunk), counted: false },
    ]),
    complete: 'OutboundRegistrationDetailComplete',
    totals: [
      ['Registered', registered],
      ['NotRegistered', counted - registered],
    ],
  });
}

/** The action that lists outbound registrations. */
export const registrationActions: readonly Action[] = [
  {
    name: 'PJSIPShowRegistrationsOutbound',
    description: 'Lists PJSIP outbound registrations.',
    classes: ['system', 'reporting'],
    module: 'pjsip',
    answer: showRegistrations,
  },
];
