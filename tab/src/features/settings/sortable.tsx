/** Lists whose rows are put in order by dragging, by the keyboard, or by a menu. */

import {
  type CollisionDetection,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  type DroppableContainer,
  KeyboardCode,
  type KeyboardCoordinateGetter,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { MoreHorizontalRegular, ReOrderDotsVerticalRegular } from '@fluentui/react-icons';
import { type ReactNode, useState } from 'react';
import { useMessages } from '../../i18n.tsx';
import { useTexts } from './texts.ts';
import './sortable.css';

/** Some rows in order. A row moves within its list, and to other lists of the same kind. */
export interface SortList {
  id: string;
  /** What the list is called, for whoever cannot see it. */
  name: string;
  kind: string;
  rows: { id: string; label: string }[];
}

interface Place {
  kind: string;
  listId: string;
  /** Before which row; the end of the list has none. */
  index: number;
  label: string;
}

interface Props {
  lists: SortList[];
  /** The row comes to stand at this place of the list as it is without the row. */
  onMove: (rowId: string, listId: string, index: number) => void;
  children: ReactNode;
}

/** What is below can be sorted. */
export function Sortable({ lists, onMove, children }: Props) {
  const t = useTexts();
  const [dragged, setDragged] = useState<string>();
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 150, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: nextPlace }),
  );
  const labels = new Map(lists.flatMap(({ rows }) => rows.map(({ id, label }) => [id, label])));
  const listOf = (rowId: string) => lists.find(({ rows }) => rows.some(({ id }) => id === rowId));
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    setDragged(undefined);
    const rowId = String(active.id);
    const place = over?.data.current as Place | undefined;
    const from = listOf(rowId);
    if (!place || !from || over?.id === active.id) return;
    const oldIndex = from.rows.findIndex(({ id }) => id === rowId);
    const index = from.id === place.listId && oldIndex < place.index ? place.index - 1 : place.index;
    if (from.id === place.listId && index === oldIndex) return;
    onMove(rowId, place.listId, index);
  };
  const placeText = (over: { data: { current?: unknown } } | null) => {
    const place = over?.data.current as Place | undefined;
    const list = lists.find(({ id }) => id === place?.listId);
    if (!place || !list) return '';
    return place.label ? t.sort.before(place.label, list.name) : t.sort.atEnd(list.name);
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={placeAt}
      onDragStart={({ active }) => setDragged(String(active.id))}
      onDragCancel={() => setDragged(undefined)}
      onDragEnd={onDragEnd}
      accessibility={{
        screenReaderInstructions: { draggable: t.sort.howTo },
        announcements: {
          onDragStart: ({ active }) => t.sort.lifted(labels.get(String(active.id)) ?? ''),
          onDragOver: ({ active, over }) => (over?.id === active.id ? undefined : placeText(over)),
          onDragEnd: ({ over }) => t.sort.dropped(placeText(over)),
          onDragCancel: () => t.sort.cancelled,
        },
      }}
    >
      {children}
      <DragOverlay dropAnimation={null}>
        {dragged && <div className="sort-lifted">{labels.get(dragged)}</div>}
      </DragOverlay>
    </DndContext>
  );
}

const topOf = ({ rect }: DroppableContainer): number => rect.current?.top ?? 0;

/** The places where a row of this kind can go, from top to bottom. */
const placesFor = (kind: unknown, containers: DroppableContainer[]): DroppableContainer[] =>
  containers
    .filter(({ data, rect }) => rect.current && (data.current as Place | undefined)?.kind === kind)
    .toSorted((a, b) => topOf(a) - topOf(b));

/** Before the first row whose middle is below the pointer; with the keyboard, below where the row was moved to. */
const placeAt: CollisionDetection = ({ active, collisionRect, droppableContainers, pointerCoordinates }) => {
  const places = placesFor(active.data.current?.kind, droppableContainers);
  const y = pointerCoordinates?.y ?? collisionRect.top;
  const found = places.find(({ rect }) => y < rect.current!.top + rect.current!.height / 2) ?? places.at(-1);
  return found ? [{ id: found.id }] : [];
};

/** By keyboard a row goes to the next place that is another one than it has. */
const nextPlace: KeyboardCoordinateGetter = (event, { context }) => {
  const { active, collisionRect, droppableContainers, over } = context;
  if (!active || !collisionRect || (event.code !== KeyboardCode.Down && event.code !== KeyboardCode.Up)) return;
  event.preventDefault();
  const all = placesFor(active.data.current?.kind, droppableContainers.getEnabled());
  const own = all.findIndex(({ id }) => id === active.id);
  const places = all.filter(
    (_, index) =>
      index !== own + 1 || (all[index]!.data.current as Place).listId !== (all[own]!.data.current as Place).listId,
  );
  const at = Math.max(
    0,
    places.findIndex(({ id }) => id === (over?.id ?? active.id)),
  );
  const next = places[at + (event.code === KeyboardCode.Down ? 1 : -1)];
  return next?.rect.current ? { x: collisionRect.left, y: next.rect.current.top } : undefined;
};

interface RowProps {
  id: string;
  list: SortList;
  index: number;
  /** The line that is always seen. */
  line: ReactNode;
  children?: ReactNode;
}

/** A row with the handle to drag it by. */
export function SortRow({ id, list, index, line, children }: RowProps) {
  const t = useTexts();
  const label = list.rows[index]?.label ?? '';
  const place: Place = { kind: list.kind, listId: list.id, index, label };
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, isDragging } = useDraggable({
    id,
    data: { kind: list.kind },
  });
  const { setNodeRef: setPlaceRef, isOver } = useDroppable({ id, data: place });
  return (
    <li
      ref={(node) => {
        setNodeRef(node);
        setPlaceRef(node);
      }}
      className={`sort-row${isDragging ? ' dragging' : ''}${isOver && !isDragging ? ' over' : ''}`}
    >
      <div className="sort-line">
        <button
          ref={setActivatorNodeRef}
          type="button"
          className="sort-handle"
          {...attributes}
          {...listeners}
          aria-label={t.sort.handle(label)}
          title={t.sort.handle(label)}
        >
          <ReOrderDotsVerticalRegular />
        </button>
        {line}
      </div>
      {children}
    </li>
  );
}

/** The place below the last row. */
export function SortEnd({ list, text }: { list: SortList; text?: string }) {
  const place: Place = { kind: list.kind, listId: list.id, index: list.rows.length, label: '' };
  const { setNodeRef, isOver } = useDroppable({ id: `end of ${list.id}`, data: place });
  return (
    <li ref={setNodeRef} className={`sort-end${isOver ? ' over' : ''}`}>
      {list.rows.length === 0 ? text : null}
    </li>
  );
}

interface MenuProps {
  /** What the row is called. */
  label: string;
  index: number;
  /** How many rows there are. */
  count: number;
  onMove: (index: number) => void;
  /** What else can be done with the row. */
  children: ReactNode;
}

/** Everything that dragging a row does, without dragging. */
export function SortMenu({ label, index, count, onMove, children }: MenuProps) {
  const m = useMessages();
  const t = useTexts();
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button
          size="small"
          appearance="subtle"
          icon={<MoreHorizontalRegular />}
          aria-label={t.fields.more(label)}
          title={t.fields.more(label)}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem disabled={index === 0} onClick={() => onMove(index - 1)}>
            {m.list.moveUp(label)}
          </MenuItem>
          <MenuItem disabled={index === count - 1} onClick={() => onMove(index + 1)}>
            {m.list.moveDown(label)}
          </MenuItem>
          {children}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
