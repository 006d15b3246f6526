/** What a changed workflow would do to the tickets that there are, as the server finds it. */

import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { WorkflowPreview } from '../../../../api/contract/instance.ts';
import type { Workflow } from '../../../../api/contract/workflow.ts';
import { useMessages } from '../../i18n.tsx';
import type { Messages } from '../../messages/en.ts';
import { stateLabel } from '../../ui/workflow.ts';
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

/** Why it cannot be saved. All but the tickets in a state that goes, the page has checked itself. */
export function problemsOf(
  { states, problems }: WorkflowPreview,
  m: Messages,
  t: ReturnType<typeof useTexts>,
): string[] {
  const stuck = states.filter(({ isRemoved, tickets }) => isRemoved && tickets > 0);
  const texts = stuck.map(({ label, tickets }) => t.workflow.effects.stuck(stateLabel(m, label), tickets));
  return texts.length > 0 ? texts : problems.map((problem) => m.error.notAccepted(problem));
}

/** What is worth knowing of the change; `isWhole` says so too when it is nothing. */
export function Effects({ preview, isWhole = false }: { preview: WorkflowPreview; isWhole?: boolean }) {
  const t = useTexts();
  const m = useMessages();
  const { states } = preview;
  const lines = states.flatMap((state) => {
    const { tickets, isNew, isRemoved, isUnreachable, isDeadEnd, needsOwner } = state;
    const label = stateLabel(m, state.label);
    if (isRemoved) return tickets > 0 ? [] : [t.workflow.effects.removed(label)];
    return [
      ...(isNew ? [t.workflow.effects.added(label)] : []),
      ...(isUnreachable ? [t.workflow.effects.unreachable(label)] : []),
      ...(isDeadEnd ? [t.workflow.effects.deadEnd(label, tickets)] : []),
      ...(needsOwner ? [t.workflow.effects.needsOwner(label, tickets)] : []),
    ];
  });
  const counted = states.filter(({ isRemoved, tickets }) => !isRemoved && tickets > 0);
  return (
    <>
      {problemsOf(preview, m, t).map((problem) => (
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
                counted
                  .map(({ label, tickets }) => t.workflow.effects.inState(tickets, stateLabel(m, label)))
                  .join(', '),
              )
            : t.workflow.effects.none}
        </p>
      )}
    </>
  );
}
