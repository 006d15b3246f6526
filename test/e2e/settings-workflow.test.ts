import { describe, expect, test } from '@jest/globals';
import type { Instance } from '../../api/contract/instance.ts';
import { button, open, page, read, saved, told, workAsOwner, world, write } from './settings-page.ts';

workAsOwner();

describe('the workflow', () => {
  /** The moves that the picture shows. */
  const drawn = async () =>
    (
      await page
        .locator('.graph .arrow')
        .evaluateAll((arrows) =>
          arrows.map((arrow) => `${arrow.getAttribute('data-from')} ${arrow.getAttribute('data-to')}`),
        )
    ).toSorted();

  test('the picture has every move, also while it is edited; what is saved is what it shows', async () => {
    await open('workflow');
    await page.locator('.graph .arrow').first().waitFor();
    const movesOf = ({ states }: Instance['workflows'][0]) =>
      states.flatMap(({ id, nextSteps }) => nextSteps.map((next) => `${id} ${next}`)).toSorted();
    expect(await drawn()).toEqual(movesOf((await read<Instance>('/instance')).workflows[0]!));

    await button('Add state').click();
    await page.getByLabel('Label').fill('In review');
    await page.getByText('“In review” is new.').waitFor();
    await page.getByRole('checkbox', { name: 'Pending', exact: true }).check();
    await page.getByRole('checkbox', { name: 'Closed', exact: true }).uncheck();
    const before = await drawn();
    expect(before.filter((move) => move.includes('state-')).length).toBe(3);
    // What is said of a move to a state stays with it, however that is called once it is saved.
    await button('What the move from In review to Pending is called, and who may make it').click();
    await page.getByLabel('What buttons call this move').fill('Ask for more ');
    await page.getByRole('button', { name: /^Open/ }).first().click();
    await button('What the move from Open to In review is called, and who may make it').click();
    await page.getByLabel('Who may make it', { exact: true }).selectOption('owners');
    await button('Save').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('“In review” is new.').waitFor();
    await button('Save workflow', dialog).click();
    await told('Workflow: saved');
    const { workflows } = await read<Instance>('/instance');
    expect(workflows[0]!.states.find(({ id }) => id === 'in_review')).toEqual({
      id: 'in_review',
      label: 'In review',
      category: 'active',
      nextSteps: ['pending', 'resolved'],
      moves: [{ to: 'pending', label: 'Ask for more' }],
    });
    expect(workflows[0]!.states[0]!.moves).toEqual([{ to: 'in_review', by: 'owners' }]);
    await page.locator('[data-from^=state-]').first().waitFor({ state: 'detached' });
    expect(await drawn()).toEqual(movesOf(workflows[0]!));
  });

  test('a move gets a label and is for some, by keyboard; the picture and the check say so while it is edited', async () => {
    await open('workflow');
    const { ticketNo } = await world.createTicket('One that waits');
    await write(`/tickets/${ticketNo}/status`, 'PUT', { status: 'pending' });
    const stateOf = async () =>
      (await read<Instance>('/instance')).workflows[0]!.states.find(({ id }) => id === 'pending')!;
    const special = page.getByRole('list', { name: 'The numbered moves' });
    await page
      .getByRole('button', { name: /^Pending/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    for (const name of ['Resolved', 'Closed']) await page.getByRole('checkbox', { name, exact: true }).uncheck();
    await page.getByRole('checkbox', { name: 'Started', exact: true }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Parts have come');
    await page.keyboard.press('Tab');
    await page.keyboard.press('End');
    await special.getByText('From Pending to Started: “Parts have come” · Owners only').waitFor();
    await page.locator('[data-from=pending][data-to=started] .arrow-digits').waitFor();
    await page.getByText(/Only owners can move tickets on from “Pending”; \d tickets? (is|are) there now/).waitFor();
    await button('Save').click();
    await page.getByRole('dialog').getByText('Only owners can move tickets on from “Pending”').waitFor();
    await button('Save workflow', page.getByRole('dialog')).click();
    await told('Workflow: saved');
    expect(await stateOf()).toMatchObject({
      nextSteps: ['started'],
      moves: [{ to: 'started', label: 'Parts have come', by: 'owners' }],
    });

    // A move that goes takes with it what was said of it.
    const started = page.getByRole('checkbox', { name: 'Started', exact: true });
    await started.uncheck();
    await special.getByText('From Pending').waitFor({ state: 'detached' });
    await started.check();
    await page.getByRole('checkbox', { name: 'Resolved', exact: true }).check();
    await button('Save').click();
    await button('Save workflow', page.getByRole('dialog')).click();
    await saved();
    expect(await stateOf()).toEqual({
      id: 'pending',
      label: 'Pending',
      category: 'waiting',
      nextSteps: ['started', 'resolved'],
    });
  });

  test('a state with tickets cannot go, and the page says how many there are', async () => {
    await world.createTicket('One that is open');
    await open('workflow');
    await page.getByText('1 ticket', { exact: true }).first().waitFor();
    await button('More for Open').click();
    await page.getByRole('menuitem', { name: 'Remove state' }).click();
    await page.getByText('One state must mean “New”').waitFor();
    await button('Discard').click();
    await button('More for Open').click();
    await page.getByRole('menuitem', { name: /^Move Open down/ }).click();
    await button('Add state').click();
    await page.getByLabel('Label').fill('Arrived');
    await page.getByLabel('What it means').selectOption('new');
    await button('More for Open').click();
    await page.getByRole('menuitem', { name: 'Remove state' }).click();
    await page.getByText('“Open” cannot go yet: 1 ticket is in it.').first().waitFor();
    expect(await button('Save').isDisabled()).toBe(true);
    await button('Discard').click();
  });
});
