import { fail } from '../contract/errors.ts';
import type { Access, Operation } from '../contract/operation.ts';
import type { Actor, Role } from './context.ts';

/** What each role may do. */
const MAY: Record<Role, Access[]> = {
  owner: ['read', 'write', 'administer'],
  assignee: ['read', 'write'],
};

/** 403 that says why, unless the actor may do it. */
export function authorize(actor: Actor, operation: Operation): void {
  if (!MAY[actor.role].includes(operation.access)) {
    fail('forbidden', 'This needs an administrative key. The owner makes one with `npm run instance -- keys --admin`.');
  }
  if (actor.readOnly && operation.method !== 'GET') fail('forbidden', 'This key is read-only.');
}
