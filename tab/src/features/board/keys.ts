import type { KeyboardCoordinateGetter } from '@dnd-kit/core';

/** Left and right, as they are seen, take a lifted card to the middle of the next column that it may go to. */
export const columnKeys: KeyboardCoordinateGetter = (event, { context, currentCoordinates }) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.code];
  if (!step || !context.collisionRect) return undefined;
  event.preventDefault();
  const middle = context.collisionRect.left + context.collisionRect.width / 2;
  const columns = [...context.droppableRects]
    .filter(([id]) => !context.droppableContainers.get(id)?.data.current?.isBarred)
    .map(([, rect]) => rect.left + rect.width / 2)
    .toSorted((left, right) => left - right);
  const next = step > 0 ? columns.find((x) => x > middle + 1) : columns.findLast((x) => x < middle - 1);
  return next === undefined ? undefined : { x: currentCoordinates.x + next - middle, y: currentCoordinates.y };
};
