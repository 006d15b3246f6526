/** The way of an empty help desk to its first ticket: three steps, which go when they are done. */

import { Button } from '@fluentui/react-components';
import { CheckmarkCircleFilled, CircleRegular, DismissRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useState } from 'react';
import { Link } from 'wouter';
import { paths } from '../../address.ts';
import { call } from '../../api.ts';
import { keys, useInstance } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { useMembers } from '../../people.ts';
import { openCreate } from '../../signals.ts';
import { storage } from '../../storage.ts';
import { Texts, useTexts } from './texts.ts';
import './guidance.css';

/** A help desk with more tickets than this was set up by somebody who knows how. */
const BEGUN = 20;
const hiddenKey = (instanceId: string): string => `tickets.steps.${instanceId}`;

const isHidden = (instanceId: string): boolean => storage.get(hiddenKey(instanceId)) !== null;

const keepHidden = (instanceId: string, why: 'hidden' | 'done'): void => void storage.set(hiddenKey(instanceId), why);

export default function Guidance({ instanceId }: { instanceId: string }) {
  const [hidden, setHidden] = useState(isHidden(instanceId));
  const hide = (why: 'hidden' | 'done') => {
    keepHidden(instanceId, why);
    setHidden(true);
  };
  if (hidden) return null;
  return (
    <Suspense>
      <Texts>
        <Steps instanceId={instanceId} onHide={() => hide('hidden')} onDone={() => hide('done')} />
      </Texts>
    </Suspense>
  );
}

function Steps({ instanceId, onHide, onDone }: { instanceId: string; onHide: () => void; onDone: () => void }) {
  const m = useMessages();
  const t = useTexts();
  const { data: instance } = useInstance(instanceId);
  const { data: members } = useMembers(instanceId);
  const { data: count } = useQuery({
    queryKey: [...keys.lists(instanceId), 'count'],
    queryFn: async ({ signal }) =>
      (await call(instanceId, 'listTickets', { limit: 1, select: 'ticketNo' }, { signal })).data.itemCount,
  });
  const isKnown = instance !== undefined && members !== undefined && count !== undefined;
  const isOver =
    isKnown &&
    (count > BEGUN ||
      (count > 0 && instance.customFields.length > 0 && (members.length > 1 || instance.assignees.peoples.length > 0)));
  // Never asked again in this browser.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    if (isOver) onDone();
  }, [isOver]);
  if (!isKnown || isOver) return null;
  const steps = [
    { ...t.fields, isDone: instance.customFields.length > 0, href: paths.settings(instanceId, 'fields') },
    {
      ...t.people,
      isDone: members.length > 1 || instance.assignees.peoples.length > 0,
      href: paths.settings(instanceId, 'people'),
    },
    { ...t.tryIt, action: m.create.new, isDone: count > 0, href: undefined },
  ];
  const next = steps.findIndex(({ isDone }) => !isDone);
  return (
    <section className="steps" aria-label={t.title}>
      <header>
        <h2>
          {t.title} <span className="quiet">{t.count(steps.filter(({ isDone }) => isDone).length, steps.length)}</span>
        </h2>
        <Button
          size="small"
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={t.hide}
          title={t.hide}
          onClick={onHide}
        />
      </header>
      <ol>
        {steps.map(({ title, text, action, isDone, href }, index) => (
          <li key={title} className={isDone ? 'done' : index === next ? 'next' : 'later'}>
            {isDone ? <CheckmarkCircleFilled aria-label={t.done} /> : <CircleRegular aria-hidden="true" />}
            <span className="step-lines">
              <strong>{title}</strong>
              <span className="quiet">{text}</span>
              {!isDone && href && (
                <Link href={href} className={`step-link${index === next ? ' next' : ''}`}>
                  {action}
                </Link>
              )}
              {!isDone && !href && (
                <button
                  type="button"
                  className={`step-link${index === next ? ' next' : ''}`}
                  onClick={() => openCreate.set({ title: '' })}
                >
                  {action}
                </button>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
