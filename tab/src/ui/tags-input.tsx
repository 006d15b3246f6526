import type { Ticket } from '../../../api/contract/tickets.ts';
import { useTags } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import { tagKey, tagOf, useTagOptions } from './choices.tsx';
import { TagMark } from './marks.tsx';
import { PickPopover } from './pick.tsx';

interface TagsProps {
  id?: string;
  instanceId: string;
  tags: Ticket['tags'];
  isReadOnly?: boolean;
  onChange: (tags: Ticket['tags']) => void;
}

/** The tags of a ticket; each tick counts at once. */
export function TagsInput({ id, instanceId, tags, isReadOnly = false, onChange }: TagsProps) {
  const m = useMessages();
  const { data: categories = [] } = useTags(instanceId);
  const chosen = tags.map(tagKey);
  const options = useTagOptions(instanceId, chosen);
  const marks = tags.map((tag) => <TagMark key={tagKey(tag)} tag={tag} categories={categories} />);
  if (isReadOnly) return <span className="inline-text wrap">{marks.length > 0 ? marks : m.common.none}</span>;
  const pick = (key: string) =>
    onChange(chosen.includes(key) ? tags.filter((one) => tagKey(one) !== key) : [...tags, tagOf(key)]);
  return (
    <PickPopover
      label={m.field.tags}
      options={options}
      isMultiple
      onPick={pick}
      emptyText={options.length === 0 ? m.ticket.noTags : undefined}
      trigger={
        <button
          id={id}
          type="button"
          className={`inline-button wrap${tags.length > 0 ? '' : ' quiet'}`}
          aria-label={`${m.field.tags}: ${tags.map(({ text }) => text).join(', ') || m.common.none}`}
        >
          {marks.length > 0 ? marks : m.common.none}
        </button>
      }
    />
  );
}
