/** Who else is looking at a ticket, so that no two answer it at once. */

import { useEffect, useState } from 'react';
import type { Person } from '../../../../api/contract/wire.ts';
import { call } from '../../api.ts';
import { useMessages } from '../../i18n.tsx';
import { Face } from '../../ui/marks.tsx';
import './presence.css';

/** How often it is said again; what was said holds for a minute. */
const EVERY_MS = 15_000;

function usePresence(instanceId: string, ticketId: string): Person[] {
  const [people, setPeople] = useState<Person[]>([]);
  useEffect(() => {
    let isHere = true;
    const announce = async () => {
      try {
        const { data } = await call(instanceId, 'announcePresence', { ticketId, isHere });
        if (isHere) setPeople(data.item.people);
      } catch {
        // Nobody is told of it: the next time it may work, and the ticket itself does.
      }
    };
    void announce();
    const timer = setInterval(() => document.visibilityState === 'visible' && void announce(), EVERY_MS);
    return () => {
      isHere = false;
      clearInterval(timer);
      void announce();
    };
  }, [instanceId, ticketId]);
  return people;
}

export function Presence({ instanceId, ticketId }: { instanceId: string; ticketId: string }) {
  const m = useMessages();
  const people = usePresence(instanceId, ticketId);
  const names = people.map(({ name }) => name).join(', ');
  return (
    <span role="status" className="presence" title={names}>
      {people.length > 0 && (
        <>
          {people.slice(0, 3).map((person) => (
            <Face key={person.id} person={person} />
          ))}
          <span className="ellipsis">{m.ticket.here(names, people.length)}</span>
        </>
      )}
    </span>
  );
}
