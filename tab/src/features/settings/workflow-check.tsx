/** What a changed workflow would do to the tickets that there are, as the server finds it. */

import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { WorkflowPreview } from '../../../../api/contract/instance.ts';
import type { Workflow } from '../../../../api/contract/workflow.ts';
import { administer } from './operations.ts';
import { useTexts } from './texts.ts';

export type Effect = WorkflowPreview['states'][number];

/** Asked when the editing rests for a moment. */
const PAUSE_MS = 300;

/** The effects of the workflow as it is now; undefined while they are not known. */
export function usePreview(instanceId: string, workflow: Workflow, isWhole: boolean): WorkflowPreview | undefined {
  const text = JSON.stringify(workflow);
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, isPlaceholderData } = useQuery({
    queryKey: [instanceId, 'tickets', 'workflow preview', asked],
    queryFn: async ({ signal }) =>
      (await administer(instanceId, 'previewWorkflow', { workflow: JSON.parse(asked) }, { signal })).data.item,
    enabled: isWhole,
    placeholderData: keepPreviousData,
  });
  return isWhole && !isPlaceholderData && asked === text ? data : undefined;
}

/** What is worth knowing of the change; `isWhole` says so too when it is nothing. */
export function Effects({ preview, isWhole = false }: { preview: WorkflowPreview; isWhole?: boolean }) {
  const t = useTexts();
  const { states, problems } = preview;
  const lines = states.flatMap((state) => {
    const { label, tickets, isNew, isRemoved, isUnreachable, isDeadEnd, needsOwner } = state;
    if (isRemoved) return tickets > 0 ? [] : [t.workflow.effects.removed(label)];
    return [
      ...(isNew ? [t.workflow.effects.added(label)] : []),
      ...(isUnreachable ? [t.workflow.effects.unreachable(label)] : []),
      ...(isDeadEnd ? [t.workflow.effects.deadEnd(label, tickets)] : []),
      ...(needsOwner ? [t.workflow.effects.needsOwner(label, tickets)] : []),
    ];
  });
  const stuck = states.filter(({ isRemoved, tickets }) => isRemoved && tickets > 0);
  const counted = states.filter(({ isRemoved, tickets }) => !isRemoved && tickets > 0);
  return (
    <>
      {stuck.map(({ id, label, tickets }) => (
        <MessageBar key={id} intent="error" layout="multiline">
          <MessageBarBody>{t.workflow.effects.stuck(label, tickets)}</MessageBarBody>
        </MessageBar>
      ))}
      {stuck.length === 0 &&
        problems.map((problem) => (
          <MessageBar key={problem} intent="error" layout="multiline">
            <MessageBarBody>{problem}</MessageBarBody>
          </MessageBar>
        ))}
      {lines.length > 0 && (
        <MessageBar
          intent={
            states.some(({ isUnreachable, isDeadEnd, needsOwner }) => isUnreachable || isDeadEnd || needsOwner)
              ? 'warning'
              : 'info'
          }
          layout="multiline"
        >
          <MessageBarBody>
            <ul className="effects">
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      {isWhole && (
        <p>
          {counted.length > 0
            ? t.workflow.effects.keep(
                counted.map(({ label, tickets }) => t.workflow.effects.inState(tickets, label)).join(', '),
              )
            : t.workflow.effects.none}
        </p>
      )}
    </>
  );
}
