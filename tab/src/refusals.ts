/** What the server refused, in the person's language: by the code and the field, for the sentence that comes with them is English. */

import type { ErrorCode, FieldError } from '../../api/contract/errors.ts';
import type { Messages } from './messages/en.ts';

/** What fields are called on a page: by their path in a request, without the numbers of lists. */
export type FieldNames = Record<string, string>;

interface Refused {
  code: ErrorCode | 'offline';
  message: string;
  errors: FieldError[];
  retryAfter: number | undefined;
  requestId: string;
}

const SENTENCES: Record<Refused['code'], (m: Messages, error: Refused) => string> = {
  // Another version of this page sends such things, or something on the way spoils them.
  bad_request: (m, { requestId }) => m.error.notUnderstood(requestId),
  method_not_allowed: (m, { requestId }) => m.error.notUnderstood(requestId),
  unsupported_media_type: (m, { requestId }) => m.error.notUnderstood(requestId),
  idempotency_mismatch: (m, { requestId }) => m.error.notUnderstood(requestId),
  invalid_input: (m, { message }) => m.error.notAccepted(message),
  unauthorized: (m) => m.error.signedOut,
  forbidden: (m) => m.error.forbidden,
  switched_off: (m) => m.shell.off,
  not_found: (m) => m.error.gone,
  request_timeout: (m) => m.error.offline,
  offline: (m) => m.error.offline,
  conflict: (m) => m.error.conflict,
  precondition_failed: (m) => m.error.conflict,
  only_owner: (m) => m.error.onlyOwner,
  payload_too_large: (m) => m.error.tooLarge,
  rate_limited: (m, { retryAfter }) => m.error.rateLimited(retryAfter ?? 10),
  internal: (m, { requestId }) => m.error.internal(requestId),
  unavailable: (m) => m.error.unavailable,
};

/** The fields that hold texts of any length. */
const LONG_TEXT = /^(ticket\.)?(comment|description)(_HTML)?$/;
const CUSTOM_FIELD = /^(ticket\.)?customFields\.(.+)$/;

/**
 * What a refusal says and what to do. `names` are the fields of the page that asks; `titleOf` knows the custom fields.
 */
export function refusalText(
  error: Refused,
  m: Messages,
  names: FieldNames,
  titleOf: (customFieldId: string) => string | undefined,
): string {
  for (const { field } of error.errors) {
    if (LONG_TEXT.test(field)) return m.error.tooLong;
    const [, inTicket, customFieldId] = CUSTOM_FIELD.exec(field) ?? [];
    const title = customFieldId && (titleOf(customFieldId) ?? m.filter.gone);
    const own = title ? inTicket && title : ownName(field, m, names);
    if (own) return m.error.field(own);
    const filter = title || m.filter[field as 'title'] || (field === 'search' && m.list.search);
    if (filter) return m.error.filter(filter);
  }
  return SENTENCES[error.code](m, error);
}

/** What the page calls a field; else what it calls that of which the field is a part. */
function ownName(field: string, m: Messages, names: FieldNames): string | undefined {
  const known: FieldNames = {
    ...Object.fromEntries(Object.entries(m.field).map(([name, text]) => [`ticket.${name}`, text])),
    status: m.field.status,
    resolution: m.field.resolution,
    'attachments.src': m.ticket.linkAddress,
    'attachments.caption': m.ticket.linkCaption,
    ...names,
  };
  const parts = field.split('.').filter((part) => !/^\d+$/.test(part));
  for (; parts.length > 0; parts.pop()) {
    const name = known[parts.join('.')];
    if (name) return name;
  }
  return undefined;
}
