/** Who else is looking at a ticket, so that no two answer it at once. */

import { useEffect, useRef, useState } from 'react';
import type { Person } from '../../../../api/contract/wire.ts';
import { call } from '../../api.ts';
import { useInstance } from '../../data.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { onLiveEvent } from '../../live.ts';
import { Face } from '../../ui/marks.tsx';
import './presence.css';

/** How often it is said again; what was said holds for a minute. */
const EVERY_MS = 25_000;
/** Whoever looks at something else for as long is not here any more. */
const AWAY_MS = 45_000;

const isVisible = () => document.visibilityState === 'visible';

/** Says that the person is here, and answers who else is: at once when somebody comes or goes. */
function usePresence(instanceId: string, ticketId: string): Person[] {
  const [people, setPeople] = useState<Person[]>([]);
  const { data: instance } = useInstance(instanceId);
  // A help desk that is switched off takes no word of it.
  const isOn = useRef(false);
  isOn.current = instance?.enabled === true;
  const isAnnounced = isOn.current;
  useEffect(() => {
    if (!isAnnounced) {
      setPeople([]);
      return;
    }
    let isOver = false;
    let isWaiting = false;
    let last = Promise.resolve();
    let away: ReturnType<typeof setTimeout> | undefined;

    const say = async (isHere: boolean, keepalive = false) => {
      if (!isOn.current) return;
      try {
        const { data } = await call(instanceId, 'announcePresence', { ticketId, isHere }, { keepalive });
        if (!isOver) setPeople(data.item.people);
      } catch {
        // Nobody is told of it: the next time it may work, and the ticket itself does.
        if (!isOver) setPeople([]);
      }
    };
    // One after the other, so that what was said last is what holds; what waits to be asked answers for all.
    const here = () => {
      if (isWaiting || !isVisible()) return;
      isWaiting = true;
      last = last.then(() => {
        isWaiting = false;
        return say(true);
      });
    };
    const gone = () => {
      last = last.then(() => say(false));
    };
    const look = () => {
      clearTimeout(away);
      if (isVisible()) here();
      else away = setTimeout(gone, AWAY_MS);
    };
    // The page ends before an answer to anything else comes.
    const leave = () => void say(false, true);

    here();
    const timer = setInterval(here, EVERY_MS);
    // Also what the person did themself: in another window they may have left while this one is still open.
    const unlisten = onLiveEvent((event) => {
      if (event.type === 'presence.changed' && event.ticketId === ticketId) here();
    });
    document.addEventListener('visibilitychange', look);
    addEventListener('pagehide', leave);
    return () => {
      isOver = true;
      clearInterval(timer);
      clearTimeout(away);
      unlisten();
      document.removeEventListener('visibilitychange', look);
      removeEventListener('pagehide', leave);
      gone();
    };
  }, [instanceId, ticketId, isAnnounced]);
  return people;
}

export function Presence({ instanceId, ticketId }: { instanceId: string; ticketId: string }) {
  const m = useMessages();
  const people = usePresence(instanceId, ticketId);
  const format = useFormat();
  const names = format.list(people.map(({ name }) => name));
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
