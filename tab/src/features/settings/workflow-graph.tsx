/** A picture of a workflow: the states in their order, an arrow for each move. Moves on go down the right side, moves back up the left.
 * What is special about a move stands below, under the number that its arrow has.
 */

import { moveBetween } from '../../../../api/contract/moves.ts';
import type { State } from '../../../../api/contract/workflow.ts';
import { StateMark } from '../../ui/marks.tsx';
import { useTexts } from './texts.ts';
import { summaryOf } from './workflow-moves.tsx';
import './workflow-graph.css';

/** Sizes in the units of the picture. */
const BOX_WIDTH = 150;
const BOX_HEIGHT = 40;
const GAP = 26;
/** How far the innermost arrows reach out, and each lane further out. */
const FIRST_REACH = 22;
const LANE = 13;
const ROUND = 10;

const NUMBER_RADIUS = 7;

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

const topOf = (index: number): number => index * (BOX_HEIGHT + GAP);

/** Where along its side of a box each arrow leaves or arrives, so that no two meet there and none cross needlessly. */
function portsOf(arrows: Arrow[], index: number, isRight: boolean): Map<Arrow, number> {
  const mine = arrows.filter(
    (arrow) => arrow.to > arrow.from === isRight && (arrow.from === index || arrow.to === index),
  );
  const otherEnd = ({ from, to }: Arrow) => (from === index ? to : from);
  const above = mine.filter((arrow) => otherEnd(arrow) < index).toSorted((a, b) => otherEnd(b) - otherEnd(a));
  const below = mine.filter((arrow) => otherEnd(arrow) > index).toSorted((a, b) => otherEnd(b) - otherEnd(a));
  const sorted = [...above, ...below];
  return new Map(sorted.map((arrow, at) => [arrow, topOf(index) + (BOX_HEIGHT * (at + 1)) / (sorted.length + 1)]));
}

/** A lane for each arrow of a side, short ones inside, so that no two run upon each other. */
function lanesOf(arrows: Arrow[], ports: Map<Arrow, number>[]): Map<Arrow, number> {
  const lanes = new Map<Arrow, number>();
  const sorted = arrows.toSorted((a, b) => Math.abs(a.to - a.from) - Math.abs(b.to - b.from) || a.from - b.from);
  const taken: [number, number][][] = [];
  for (const arrow of sorted) {
    const ends = [ports[arrow.from]!.get(arrow)!, ports[arrow.to]!.get(arrow)!];
    const [top, bottom] = [Math.min(...ends), Math.max(...ends)];
    const isFree = (lane: number) => (taken[lane] ?? []).every(([from, to]) => bottom + 2 < from || to + 2 < top);
    let lane = 0;
    while (!isFree(lane)) lane++;
    taken[lane] ??= [];
    taken[lane]!.push([top, bottom]);
    lanes.set(arrow, lane);
  }
  return lanes;
}

export function WorkflowGraph({ states, chosenId, onChoose }: Props) {
  const t = useTexts();
  const nameOf = ({ label }: State) => label || t.workflow.unnamed;
  const indexOf = new Map(states.map(({ id }, index) => [id, index]));
  const arrows: Arrow[] = states.flatMap(({ nextSteps }, from) =>
    states.flatMap(({ id }, to) => (to !== from && nextSteps.includes(id) ? [{ from, to }] : [])),
  );
  const special = arrows.flatMap((arrow) => {
    const [from, to] = [states[arrow.from]!, states[arrow.to]!];
    const summary = summaryOf(t, moveBetween(from, to) ?? {});
    return summary === '' ? [] : [{ arrow, text: t.workflow.specialMove(nameOf(from), nameOf(to), summary) }];
  });
  const numbers = new Map(special.map(({ arrow }, index) => [arrow, index + 1]));
  const ports = states.map((_, index) => new Map([...portsOf(arrows, index, true), ...portsOf(arrows, index, false)]));
  const lanes = new Map(
    [true, false].flatMap((isRight) => [
      ...lanesOf(
        arrows.filter(({ from, to }) => to > from === isRight),
        ports,
      ),
    ]),
  );
  const reachOf = (arrow: Arrow): number => FIRST_REACH + lanes.get(arrow)! * LANE;
  const side = Math.max(FIRST_REACH, ...arrows.map(reachOf)) + NUMBER_RADIUS + 1;
  const width = BOX_WIDTH + 2 * side;
  const height = topOf(states.length) - GAP + 4;
  const chosen = chosenId === undefined ? undefined : indexOf.get(chosenId);
  const drawn = arrows
    .map((arrow) => ({ arrow, isChosen: arrow.from === chosen }))
    .toSorted((a, b) => Number(a.isChosen) - Number(b.isChosen));
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
  const middle = (arrow: Arrow): { x: number; y: number } => ({
    x: arrow.to > arrow.from ? side + BOX_WIDTH + reachOf(arrow) : side - reachOf(arrow),
    y: (ports[arrow.from]!.get(arrow)! + ports[arrow.to]!.get(arrow)!) / 2,
  });
  const head = (arrow: Arrow): string => {
    const isRight = arrow.to > arrow.from;
    const x = isRight ? side + BOX_WIDTH + 1 : side - 1;
    const y = ports[arrow.to]!.get(arrow)!;
    const back = isRight ? x + 8 : x - 8;
    return `M${x} ${y}L${back} ${y - 4}V${y + 4}Z`;
  };
  return (
    <>
      <div className="graph" style={{ maxInlineSize: width }}>
        <svg
          viewBox={`0 -2 ${width} ${height}`}
          width="100%"
          display="block"
          role="img"
          aria-label={t.workflow.graphText(
            states.map(({ label, nextSteps }) => t.workflow.leadsTo(label, labelsOf(states, nextSteps))).join(' '),
          )}
        >
          {drawn.map(({ arrow, isChosen }) => (
            <g
              key={`${arrow.from} ${arrow.to}`}
              className={`arrow${chosen === undefined ? '' : isChosen ? ' chosen' : ' other'}`}
              data-from={states[arrow.from]!.id}
              data-to={states[arrow.to]!.id}
            >
              <path d={path(arrow)} className="arrow-line" />
              <path d={head(arrow)} className="arrow-head" />
              {numbers.has(arrow) && <Numbered number={numbers.get(arrow)!} {...middle(arrow)} />}
            </g>
          ))}
        </svg>
        {states.map((state, index) => (
          <button
            key={state.id}
            type="button"
            className={`graph-state${index === chosen ? ' chosen' : ''}`}
            style={{
              insetBlockStart: `${((topOf(index) + 2) / height) * 100}%`,
              blockSize: `${(BOX_HEIGHT / height) * 100}%`,
              insetInlineStart: `${(side / width) * 100}%`,
              inlineSize: `${(BOX_WIDTH / width) * 100}%`,
            }}
            aria-pressed={index === chosen}
            onClick={() => onChoose(state.id)}
          >
            <StateMark category={state.category} />
            <span className="ellipsis">{nameOf(state)}</span>
          </button>
        ))}
      </div>
      {special.length > 0 && (
        <ol className="graph-moves" aria-label={t.workflow.specialMoves}>
          {special.map(({ arrow, text }) => (
            <li key={`${arrow.from} ${arrow.to}`}>{text}</li>
          ))}
        </ol>
      )}
    </>
  );
}

/** Where an arrow has the number of what stands below the picture. */
function Numbered({ number, x, y }: { number: number; x: number; y: number }) {
  return (
    <>
      <circle cx={x} cy={y} r={NUMBER_RADIUS} className="arrow-number" />
      <text x={x} y={y} dy="0.35em" className="arrow-digits">
        {number}
      </text>
    </>
  );
}

export const labelsOf = (states: State[], ids: string[]): string =>
  states
    .filter(({ id }) => ids.includes(id))
    .map(({ label }) => label)
    .join(', ');
