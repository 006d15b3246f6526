import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { openWorld, type World } from './tab-world.ts';

/** A help desk, for each file of tests its own. */
export let world: World;
/** The page of the settings on which the owner is; one for each test. */
export let page: Page;

/** Opens the help desk before the tests of a file, and closes it behind them. */
export function workAsOwner(): void {
  beforeAll(async () => {
    world = await openWorld();
  }, 90_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    await page?.context().close();
  });
}

export const open = async (path: string): Promise<void> => {
  page = await world.open(world.people.olga, world.path(`/settings/${path}`));
};
export const button = (name: string, inside: Page | Locator = page) =>
  inside.getByRole('button', { name, exact: true });
export const told = (text: string | RegExp) => page.locator('.notice-text', { hasText: text }).waitFor();

/** The bar that saves goes when there is nothing to save any more. */
export const saved = () => page.locator('.save-bar').waitFor({ state: 'detached' });

export async function read<T>(path: string): Promise<T> {
  const answer = (await (await world.as.olga(path)).json()) as { item: T; items: T };
  return answer.item ?? answer.items;
}
export const write = (path: string, method: string, body: object, who: 'olga' | 'ana' = 'olga') =>
  world.as[who](path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
