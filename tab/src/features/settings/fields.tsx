/** The form of a new ticket: its fields, their order, and a preview of it. */

import { Button, Checkbox, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { AddRegular, ChevronDownRegular, ChevronUpRegular, EyeOffRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { CustomField } from '../../../../api/contract/instance.ts';
import { useMessages } from '../../i18n.tsx';
import { useEditing, type VersionedInstance } from './editing.ts';
import { FieldEditor } from './field-editor.tsx';
import {
  allCustom,
  type BuiltInField,
  changeField,
  FORM_PART,
  type FormLayout,
  findField,
  isCustom,
  KIND_NAMES,
  type Kind,
  kindOf,
  LIST_NAMES,
  type ListName,
  moveField,
  newField,
  otherColumn,
  problemOf,
  withoutField,
} from './form-layout.ts';
import { mergedForm } from './form-merge.ts';
import { FormPreview } from './form-preview.tsx';
import { Confirm, Editor, Page } from './parts.tsx';
import { Sortable, SortEnd, type SortList, SortMenu, SortRow } from './sortable.tsx';
import { useTexts } from './texts.ts';
import './fields.css';

const MERGED_PART = { ...FORM_PART, merge: mergedForm };

export function FieldsPage({ instanceId, known }: { instanceId: string; known: VersionedInstance }) {
  const m = useMessages();
  const t = useTexts();
  const editing = useEditing(instanceId, known, MERGED_PART);
  const { value: layout, set } = editing;
  const [openId, setOpenId] = useState<string>();
  const [gone, setGone] = useState<CustomField[]>();
  const problem = problemOf(layout);
  const wrongField = allCustom(layout).find(({ id }) => id === problem?.id);
  const wrong = problem && `${wrongField?.title.trim() || t.fields.untitled}: ${t.fields.problems[problem.problem]}`;
  const labelOf = (field: BuiltInField | CustomField) =>
    isCustom(field) ? field.title.trim() || t.fields.untitled : (m.field[field.id as 'priority'] ?? field.title);
  const lists: SortList[] = LIST_NAMES.map((name) => ({
    id: name,
    name: name.endsWith('Left') ? t.fields.left : t.fields.right,
    kind: name.startsWith('custom') ? 'custom' : 'built-in',
    rows: layout[name].map((field) => ({ id: field.id, label: labelOf(field) })),
  }));
  const add = (kind: Kind) => {
    const field = newField(kind, t.fields.kinds[kind].name);
    const { customFieldsLeft, customFieldsRight } = layout;
    const list: ListName =
      customFieldsRight.length < customFieldsLeft.length ? 'customFieldsRight' : 'customFieldsLeft';
    set({ ...layout, [list]: [...layout[list], field] });
    setOpenId(field.id);
  };
  const save = () => {
    const kept = new Set(allCustom(layout).map(({ id }) => id));
    const removed = allCustom(FORM_PART.pick(known.instance)).filter(({ id }) => !kept.has(id));
    if (removed.length > 0) setGone(removed);
    else void editing.save();
  };
  const list = (name: ListName) => {
    const sortList = lists.find(({ id }) => id === name)!;
    return (
      <ul className="plain-list" aria-label={sortList.name}>
        {layout[name].map((field, index) => (
          <FieldRow
            key={field.id}
            instanceId={instanceId}
            field={field}
            label={labelOf(field)}
            list={sortList}
            index={index}
            layout={layout}
            isOpen={openId === field.id}
            problem={problem?.id === field.id ? problem.problem : undefined}
            onOpen={(isOpen) => setOpenId(isOpen ? field.id : undefined)}
            onChange={set}
          />
        ))}
        <SortEnd list={sortList} text={name.startsWith('custom') ? t.fields.noOwn : ''} />
      </ul>
    );
  };
  return (
    <Page page="fields" action={<AddMenu onAdd={add} />}>
      <Editor editing={editing} wrong={wrong} onSave={save}>
        <div className="fields-split">
          <div>
            <Sortable lists={lists} onMove={(id, to, index) => set(moveField(layout, id, to as ListName, index))}>
              <section className="form-column" aria-label={t.fields.left}>
                <h2>{t.fields.left}</h2>
                {list('optionalFieldsLeft')}
                {list('customFieldsLeft')}
              </section>
              <section className="form-column" aria-label={t.fields.right}>
                <h2>{t.fields.right}</h2>
                {list('optionalFieldsRight')}
                {list('customFieldsRight')}
              </section>
            </Sortable>
          </div>
          <FormPreview instanceId={instanceId} layout={layout} />
        </div>
        {gone && (
          <Confirm
            title={t.fields.removeTitle(gone.length)}
            action={t.fields.removeAction}
            onConfirm={async () => void (await editing.save())}
            onClose={() => setGone(undefined)}
          >
            <ul>
              {gone.map(({ id, title }) => (
                <li key={id}>{title}</li>
              ))}
            </ul>
            <p>{t.fields.removeText}</p>
          </Confirm>
        )}
      </Editor>
    </Page>
  );
}

function AddMenu({ onAdd }: { onAdd: (kind: Kind) => void }) {
  const t = useTexts();
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="primary" icon={<AddRegular />}>
          {t.fields.add}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {KIND_NAMES.map((kind) => (
            <MenuItem key={kind} subText={t.fields.kinds[kind].text} onClick={() => onAdd(kind)}>
              {t.fields.kinds[kind].name}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

interface RowProps {
  instanceId: string;
  field: BuiltInField | CustomField;
  label: string;
  list: SortList;
  index: number;
  layout: FormLayout;
  isOpen: boolean;
  problem: Parameters<typeof FieldEditor>[0]['problem'];
  onOpen: (isOpen: boolean) => void;
  onChange: (layout: FormLayout) => void;
}

function FieldRow({ instanceId, field, label, list, index, layout, isOpen, problem, onOpen, onChange }: RowProps) {
  const t = useTexts();
  const own = isCustom(field);
  const line = (
    <>
      <button type="button" className="field-name" aria-expanded={isOpen} onClick={() => onOpen(!isOpen)}>
        <span className="ellipsis">{label}</span>
        {field.isMandatory && (
          <span className="mandatory" role="img" aria-label={t.fields.mandatory} title={t.fields.mandatory}>
            *
          </span>
        )}
        {field.status === 'hidden' && <EyeOffRegular aria-label={t.fields.isHidden} title={t.fields.isHidden} />}
        {problem && <span className="late">!</span>}
        <span className="spacer" />
        <span className="quiet field-kind ellipsis">{own ? t.fields.kinds[kindOf(field)].name : t.fields.builtIn}</span>
        {isOpen ? <ChevronUpRegular aria-hidden="true" /> : <ChevronDownRegular aria-hidden="true" />}
      </button>
      <RowMenu field={field} label={label} layout={layout} onChange={onChange} />
    </>
  );
  return (
    <SortRow id={field.id} list={list} index={index} line={line}>
      {isOpen &&
        (own ? (
          <FieldEditor
            instanceId={instanceId}
            field={field}
            problem={problem}
            onChange={(part) => onChange(changeField(layout, field.id, part))}
          />
        ) : (
          <div className="field-editor">
            <div className="field-checks">
              <Checkbox
                label={t.fields.mandatory}
                checked={field.isMandatory}
                onChange={(_, data) =>
                  onChange(changeField<BuiltInField>(layout, field.id, { isMandatory: data.checked === true }))
                }
              />
              <Checkbox
                label={t.fields.isHidden}
                checked={field.status === 'hidden'}
                onChange={(_, data) =>
                  onChange(changeField<BuiltInField>(layout, field.id, { status: data.checked ? 'hidden' : 'visible' }))
                }
              />
            </div>
          </div>
        ))}
    </SortRow>
  );
}

/** Everything that dragging does, without dragging. */
function RowMenu({ field, label, layout, onChange }: Pick<RowProps, 'field' | 'label' | 'layout' | 'onChange'>) {
  const t = useTexts();
  const at = findField(layout, field.id);
  if (!at) return null;
  const { list, index } = at;
  const other = otherColumn(list);
  return (
    <SortMenu
      label={label}
      index={index}
      count={layout[list].length}
      onMove={(to) => onChange(moveField(layout, field.id, list, to))}
    >
      <MenuItem onClick={() => onChange(moveField(layout, field.id, other, layout[other].length))}>
        {other.endsWith('Left') ? t.fields.toLeft : t.fields.toRight}
      </MenuItem>
      {isCustom(field) && (
        <MenuItem onClick={() => onChange(withoutField(layout, field.id))}>{t.fields.remove}</MenuItem>
      )}
    </SortMenu>
  );
}
