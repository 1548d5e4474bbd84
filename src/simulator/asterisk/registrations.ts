import type { Trunk } from '../kit/world.ts';
import type { Action, ActionContext } from './action.ts';
import { pjsipTrunks } from './endpoint.ts';
import { formatList } from './message.ts';
import type { Field, ListEvent } from './message.ts';

/** Asterisk has three words: a silent provider is `Rejected`, a first try that still runs is `Unregistered`. */
export function registrationWord(trunk: Trunk): 'Registered' | 'Rejected' | 'Unregistered' {
  if (trunk.state === 'registered') return 'Registered';
  return trunk.state === 'rejected' || trunk.state === 'failed' ? 'Rejected' : 'Unregistered';
}

function registrationFields(trunk: Trunk): readonly Field[] {
  const status: readonly Field[] = trunk.state === 'unknown' ? [] : [['Status', registrationWord(trunk)]];
  return [
    ['ObjectType', 'registration'],
    ['ObjectName', trunk.name],
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
    ['Line', 'true'],
    ['ContactUser', trunk.username],
    ['Endpoint', trunk.name],
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

/** The real PBX shows these in clear text, and so does this one; the secrets are made up. */
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
  const trunks = pjsipTrunks(context).filter((trunk) => trunk.kind === 'register');
  const registered = trunks.filter((trunk) => trunk.state === 'registered').length;
  return formatList(context.actionId, {
    message: 'Following are Events for each Outbound registration',
    events: trunks.flatMap((trunk): ListEvent[] => [
      { event: 'OutboundRegistrationDetail', fields: registrationFields(trunk) },
      { event: 'AuthDetail', fields: authenticationFields(trunk), counted: false },
    ]),
    complete: 'OutboundRegistrationDetailComplete',
    totals: [
      ['Registered', registered],
      ['NotRegistered', trunks.length - registered],
    ],
  });
}

/** The action that tells about outbound registrations. */
export const registrationActions: readonly Action[] = [
  {
    name: 'PJSIPShowRegistrationsOutbound',
    description: 'Lists PJSIP outbound registrations.',
    classes: ['system', 'reporting'],
    module: 'pjsip',
    answer: showRegistrations,
  },
];
