import { fail } from '../contract/errors.ts';
import type { Access, Operation } from '../contract/operation.ts';
import type { Role } from '../contract/people.ts';
import type { Actor } from './context.ts';

/** What each role may do (TW-48). Which tickets a member may do it with, `visibility.ts` says. */
const MAY: Record<Role, Access[]> = {
  owner: ['read', 'take part', 'work', 'administer'],
  assignee: ['read', 'take part', 'work'],
  member: ['read', 'take part'],
};

/** 403 that says why, unless the actor may do it. */
export function authorize(actor: Actor, operation: Pick<Operation, 'access' | 'method'>): void {
  if (!MAY[actor.role].includes(operation.access)) {
    if (!actor.person) {
      fail(
        'forbidden',
        'This needs an administrative key. The owner makes one with `npm run instance -- keys --admin`.',
      );
    }
    fail(
      'forbidden',
      operation.access === 'administer'
        ? 'Only an owner of the help desk may do that.'
        : 'Only those who work the tickets of this help desk may do that.',
    );
  }
  if (actor.readOnly && operation.method !== 'GET') fail('forbidden', 'This key is read-only.');
}
