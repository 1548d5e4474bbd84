import { isRecord, type JsonRecord } from '../../kit/fields.ts';

/** A class of objects in the vendor's access control. */
export type ObjectClass = 'devices' | 'gateways' | 'calls' | 'cc_queue';

/**
 * Whether the account may be shown only some rows of a class, by what `GET /userinfo` says of it. With record-based
 * access (`rbac`) Webitel leaves out silently what the role was not given; the global permission `read` stands above it
 * (webitel/protos, `AccessScope`; webitel/webitel-ui-sdk, `Userinfo`).
 */
export function mayHideRows(userInfo: JsonRecord, objectClass: ObjectClass): boolean {
  const entries = objects(userInfo['scope']).filter((entry) => entry['class'] === objectClass);
  const readsAll = objects(userInfo['permissions']).some((permission) => permission['id'] === 'read');
  return !readsAll && entries.some((entry) => entry['rbac'] === true);
}

function objects(value: unknown): readonly JsonRecord[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.filter(isRecord);
}
