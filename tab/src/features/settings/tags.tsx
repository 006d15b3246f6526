/** Tag categories: their names, colours and tags. What is deleted stays on the tickets that have it. */

import { Button, Field, Input, Switch } from '@fluentui/react-components';
import { AddRegular, ArrowUndoRegular, DeleteRegular, TagRegular } from '@fluentui/react-icons';
import { useId, useRef, useState } from 'react';
import { useTags } from '../../data.ts';
import { ColouredTag } from '../../ui/marks.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { Editor, Group, Page } from './parts.tsx';
import { type EditedCategory, useTagsEditing } from './tags-draft.ts';
import { useTexts } from './texts.ts';
import './tags.css';

/** Colours that can be told apart on light and on dark. */
const COLOURS = ['#0078d4', '#038387', '#498205', '#ca5010', '#c239b3', '#8764b8', '#d13438', '#986f0b', '#69797e'];

export function TagsPage({ instanceId }: { instanceId: string }) {
  const { data, error, refetch } = useTags(instanceId);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return data ? <Categories instanceId={instanceId} categories={data} /> : <Loading />;
}

function Categories({
  instanceId,
  categories,
}: {
  instanceId: string;
  categories: Parameters<typeof useTagsEditing>[1];
}) {
  const t = useTexts();
  const editing = useTagsEditing(instanceId, categories);
  const { value, set } = editing;
  const [areGoneShown, setGoneShown] = useState(false);
  const [newId, setNewId] = useState<string>();
  const gone = value.filter(({ deleted }) => deleted).length;
  const shown = value.filter(({ deleted }) => areGoneShown || !deleted);
  const change = (id: string, part: Partial<EditedCategory>) =>
    set(value.map((one) => (one.id === id ? { ...one, ...part } : one)));
  const add = () => {
    const id = crypto.randomUUID();
    const color = COLOURS.find((one) => !value.some((category) => category.color === one)) ?? COLOURS[0]!;
    set([...value, { id, text: '', color, tags: [], deleted: false, isNew: true }]);
    setNewId(id);
  };
  const names = value.filter(({ deleted }) => !deleted).map(({ text }) => text.trim().toLowerCase());
  const wrong = names.includes('')
    ? t.tags.nameNeeded
    : new Set(names).size < names.length
      ? t.tags.sameName
      : undefined;
  const button = (
    <Button appearance="primary" icon={<AddRegular />} onClick={add}>
      {t.tags.add}
    </Button>
  );
  return (
    <Page page="tags" action={button}>
      <Editor editing={editing} wrong={wrong}>
        {shown.length === 0 && <Empty icon={<TagRegular />} title={t.tags.empty} text={t.tags.emptyText} />}
        {shown.map((category) => (
          <Category
            key={category.id}
            category={category}
            isNew={category.id === newId}
            onChange={(part) => change(category.id, part)}
            onRemove={() =>
              category.isNew
                ? set(value.filter(({ id }) => id !== category.id))
                : change(category.id, { deleted: true })
            }
          />
        ))}
        {gone > 0 && (
          <Switch
            label={t.tags.showDeleted(gone)}
            checked={areGoneShown}
            onChange={(_, data) => setGoneShown(data.checked)}
          />
        )}
      </Editor>
    </Page>
  );
}

interface CategoryProps {
  category: EditedCategory;
  isNew: boolean;
  onChange: (part: Partial<EditedCategory>) => void;
  onRemove: () => void;
}

function Category({ category, isNew, onChange, onRemove }: CategoryProps) {
  const t = useTexts();
  const { text, color, tags, deleted } = category;
  const name = text.trim() || t.tags.unnamed;
  const given = tags.filter((tag) => !tag.deleted && tag.text.trim());
  const action = deleted ? (
    <Button
      size="small"
      icon={<ArrowUndoRegular />}
      aria-label={t.tags.restore(name)}
      onClick={() => onChange({ deleted: false })}
    >
      {t.tags.restoreAction}
    </Button>
  ) : (
    <Button
      size="small"
      appearance="subtle"
      icon={<DeleteRegular />}
      aria-label={t.tags.remove(name)}
      title={t.tags.remove(name)}
      onClick={onRemove}
    />
  );
  return (
    <Group title={name} action={action}>
      {deleted ? (
        <p className="quiet">{t.tags.deletedText}</p>
      ) : (
        <>
          <div className="category-line">
            <Field label={t.tags.name} hint={t.tags.nameHint} required className="category-name">
              <Input
                value={text}
                maxLength={255}
                autoFocus={isNew}
                onChange={(_, data) => onChange({ text: data.value })}
              />
            </Field>
            <ColourInput color={color} onChange={(next) => onChange({ color: next })} />
          </div>
          <TagList category={category} onChange={(next) => onChange({ tags: next })} />
          <div className="settings-row">
            <span className="quiet">{t.tags.looks}</span>
            {given.length === 0 && <span className="quiet">{t.tags.noTags}</span>}
            {given.map((tag) => (
              <ColouredTag key={tag.text} text={tag.text} color={color} />
            ))}
          </div>
        </>
      )}
    </Group>
  );
}

function ColourInput({ color, onChange }: { color: string; onChange: (color: string) => void }) {
  const t = useTexts();
  const name = useId();
  return (
    <fieldset className="colours">
      <legend>{t.tags.colour}</legend>
      {COLOURS.map((one, index) => (
        <label key={one} className="colour" title={t.tags.colours[index]}>
          <input
            type="radio"
            name={name}
            checked={color.toLowerCase() === one}
            aria-label={t.tags.colours[index]}
            onChange={() => onChange(one)}
          />
          <span style={{ background: one }} />
        </label>
      ))}
      <label className="colour own" title={t.tags.ownColour}>
        <input
          type="color"
          value={color}
          aria-label={t.tags.ownColour}
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
    </fieldset>
  );
}

function TagList({
  category: { tags },
  onChange,
}: {
  category: EditedCategory;
  onChange: (tags: EditedCategory['tags']) => void;
}) {
  const t = useTexts();
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const name = text.trim();
  const known = tags.findIndex((tag) => tag.text.toLowerCase() === name.toLowerCase());
  const add = () => {
    if (!name) return;
    // Somebody who adds a deleted tag wants it back.
    if (known >= 0) onChange(tags.map((tag, index) => (index === known ? { ...tag, deleted: false } : tag)));
    else onChange([...tags, { text: name, deleted: false }]);
    setText('');
    input.current?.focus();
  };
  return (
    <div className="settings-line">
      <span className="settings-label">{t.tags.tags}</span>
      <ul className="plain-list tag-list" aria-label={t.tags.tags}>
        {tags.map((tag, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a tag has no id, and its name changes while it is typed
          <li key={index} className={tag.deleted ? 'deleted' : ''}>
            <Input
              size="small"
              value={tag.text}
              maxLength={255}
              disabled={tag.deleted}
              aria-label={t.tags.tag(index + 1)}
              onChange={(_, data) =>
                onChange(tags.map((one, at) => (at === index ? { ...one, text: data.value } : one)))
              }
            />
            <Button
              size="small"
              appearance="subtle"
              icon={tag.deleted ? <ArrowUndoRegular /> : <DeleteRegular />}
              aria-label={tag.deleted ? t.tags.restore(tag.text) : t.tags.remove(tag.text)}
              title={tag.deleted ? t.tags.restore(tag.text) : t.tags.remove(tag.text)}
              onClick={() => onChange(tags.map((one, at) => (at === index ? { ...one, deleted: !one.deleted } : one)))}
            />
          </li>
        ))}
      </ul>
      <div className="settings-row">
        <Input
          ref={input}
          size="small"
          value={text}
          maxLength={255}
          aria-label={t.tags.newTag}
          placeholder={t.tags.newTag}
          onChange={(_, data) => setText(data.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button size="small" icon={<AddRegular />} disabled={!name} onClick={add}>
          {t.tags.addTag}
        </Button>
      </div>
      <span className="settings-hint">{t.tags.renameHint}</span>
    </div>
  );
}
