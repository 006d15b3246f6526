/** A picture of a workflow: the states in their order, an arrow for each move. Moves on go down the right side, moves back up the left. */

import type { State } from '../../../../api/contract/workflow.ts';
import { StateMark } from '../../ui/marks.tsx';
import { useTexts } from './texts.ts';

/** Sizes in the units of the picture. */
const BOX_WIDTH = 150;
const BOX_HEIGHT = 40;
const GAP = 26;
/** How far an arrow over one step reaches out, and how much further for each step more. */
const FIRST_REACH = 26;
const REACH = 17;
const MOST_REACH = 110;
const ROUND = 12;

interface Arrow {
  from: number;
  to: number;
}

interface Props {
  states: State[];
  /** The state whose moves stand out. */
  chosenId: string | undefined;
  onChoose: (id: string) => void;
}

const reachOf = ({ from, to }: Arrow): number => Math.min(FIRST_REACH + (Math.abs(to - from) - 1) * REACH, MOST_REACH);

const topOf = (index: number): number => index * (BOX_HEIGHT + GAP);

/** Where along its side of a box each arrow leaves or arrives, so that no two meet there and none cross needlessly. */
function portsOf(arrows: Arrow[], index: number, isRight: boolean): Map<Arrow, number> {
  const mine = arrows.filter((arrow) => arrow.to > arrow.from === isRight && (arrow.from === index || arrow.to === index));
  const otherEnd = ({ from, to }: Arrow) => (from === index ? to : from);
  const above = mine.filter((arrow) => otherEnd(arrow) < index).toSorted((a, b) => otherEnd(b) - otherEnd(a));
  const below = mine.filter((arrow) => otherEnd(arrow) > index).toSorted((a, b) => otherEnd(b) - otherEnd(a));
  const sorted = [...above, ...below];
  return new Map(sorted.map((arrow, at) => [arrow, topOf(index) + (BOX_HEIGHT * (at + 1)) / (sorted.length + 1)]));
}

export function WorkflowGraph({ states, chosenId, onChoose }: Props) {
  const t = useTexts();
  const indexOf = new Map(states.map(({ id }, index) => [id, index]));
  const arrows: Arrow[] = states.flatMap(({ nextSteps }, from) => nextSteps.filter((id) => indexOf.has(id)).map((id) => ({ from, to: indexOf.get(id)! })));
  const ports = states.map((_, index) => new Map([...portsOf(arrows, index, true), ...portsOf(arrows, index, false)]));
  const side = Math.max(FIRST_REACH, ...arrows.map(reachOf)) + 12;
  const width = BOX_WIDTH + 2 * side;
  const height = topOf(states.length) - GAP + 4;
  const chosen = chosenId === undefined ? undefined : indexOf.get(chosenId);
  const drawn = arrows.map((arrow) => ({ arrow, isChosen: arrow.from === chosen })).toSorted((a, b) => Number(a.isChosen) - Number(b.isChosen));
  const path = (arrow: Arrow): string => {
    const isRight = arrow.to > arrow.from;
    const x = isRight ? side + BOX_WIDTH : side;
    const out = isRight ? x + reachOf(arrow) : x - reachOf(arrow);
    const turn = isRight ? out - ROUND : out + ROUND;
    const y1 = ports[arrow.from]!.get(arrow)!;
    const y2 = ports[arrow.to]!.get(arrow)!;
    const step = y2 > y1 ? ROUND : -ROUND;
    return `M${x} ${y1}H${turn}Q${out} ${y1} ${out} ${y1 + step}V${y2 - step}Q${out} ${y2} ${turn} ${y2}H${x + (isRight ? 7 : -7)}`;
  };
  const head = (arrow: Arrow): string => {
    const isRight = arrow.to > arrow.from;
    const x = isRight ? side + BOX_WIDTH + 1 : side - 1;
    const y = ports[arrow.to]!.get(arrow)!;
    const back = isRight ? x + 8 : x - 8;
    return `M${x} ${y}L${back} ${y - 4}V${y + 4}Z`;
  };
  return (
    <div className="graph" style={{ maxInlineSize: width }}>
      <svg viewBox={`0 -2 ${width} ${height}`} width="100%" role="img" aria-label={t.workflow.graphText(states.map(({ label, nextSteps }) => t.workflow.leadsTo(label, labelsOf(states, nextSteps))).join(' '))}>
        {drawn.map(({ arrow, isChosen }) => (
          <g key={`${arrow.from} ${arrow.to}`} className={`arrow${chosen === undefined ? '' : isChosen ? ' chosen' : ' other'}`} data-from={states[arrow.from]!.id} data-to={states[arrow.to]!.id}>
            <path d={path(arrow)} className="arrow-line" />
            <path d={head(arrow)} className="arrow-head" />
          </g>
        ))}
      </svg>
      {states.map(({ id, label, category }, index) => (
        <button
          key={id}
          type="button"
          className={`graph-state${index === chosen ? ' chosen' : ''}`}
          style={{ insetBlockStart: `${((topOf(index) + 2) / height) * 100}%`, blockSize: `${(BOX_HEIGHT / height) * 100}%`, insetInlineStart: `${(side / width) * 100}%`, inlineSize: `${(BOX_WIDTH / width) * 100}%` }}
          aria-pressed={index === chosen}
          onClick={() => onChoose(id)}
        >
          <StateMark category={category} />
          <span className="ellipsis">{label || t.workflow.unnamed}</span>
        </button>
      ))}
    </div>
  );
}

export const labelsOf = (states: State[], ids: string[]): string =>
  states
    .filter(({ id }) => ids.includes(id))
    .map(({ label }) => label)
    .join(', ');
