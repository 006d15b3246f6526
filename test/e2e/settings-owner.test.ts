import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { Instance } from '../../api/contract/instance.ts';
import type { ApiKey } from '../../api/contract/keys.ts';
import type { TagCategory } from '../../api/contract/tags.ts';
import { erasures } from '../../api/jobs/erasures.ts';
import { createWorker } from '../../api/jobs/worker.ts';
import { createLog } from '../../api/log.ts';
import type { Change } from '../../api/store/store.ts';
import { ticketDocument } from '../helpers/documents.ts';
import { violationsIn } from './every-look.ts';
import { openWorld, type World } from './tab-world.ts';

let world: World;
let page: Page;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());
beforeEach(async () => {
  await page?.context().close();
});

const open = async (path: string): Promise<void> => {
  page = await world.open(world.people.olga, world.path(`/settings/${path}`));
};
const button = (name: string, inside: Page | Locator = page) => inside.getByRole('button', { name, exact: true });
const told = (text: string | RegExp) => page.locator('.notice-text', { hasText: text }).waitFor();

/** The bar that saves goes when there is nothing to save any more. */
const saved = () => page.locator('.save-bar').waitFor({ state: 'detached' });

async function read<T>(path: string): Promise<T> {
  const answer = (await (await world.as.olga(path)).json()) as { item: T; items: T };
  return answer.item ?? answer.items;
}
const write = (path: string, method: string, body: object, who: 'olga' | 'ana' = 'olga') =>
  world.as[who](path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

describe('the keys', () => {
  test('are masked until somebody asks, and the line for a terminal works', async () => {
    await open('keys');
    const { primary } = world.instance.keys;
    await button('Show Primary key').waitFor();
    expect(await page.locator('#root').textContent()).not.toContain(primary);
    await button('Show Primary key').click();
    await page.getByText(primary, { exact: true }).waitFor();
    const line = (await page.locator('.curl-box code').first().textContent())!;
    const [, header, address] = /-H "X-Api-Key: (\S+)" "([^"]+)"/.exec(line)!;
    expect((await fetch(address!, { headers: { 'X-Api-Key': header! } })).status).toBe(200);
  });

  test('one is regenerated while a client uses the other one', async () => {
    const answers: number[] = [];
    let isOver = false;
    const client = (async () => {
      while (!isOver) answers.push((await world.instance.fetch('/tickets?limit=1')).status);
    })();
    await open('keys');
    await button('Regenerate Secondary key').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('stops working at once').waitFor();
    expect(await button('Regenerate', dialog).isDisabled()).toBe(true);
    await dialog.getByRole('checkbox').check();
    await button('Regenerate', dialog).click();
    await told('Secondary key: there is a new one');
    isOver = true;
    await client;
    expect(new Set(answers)).toEqual(new Set([200]));
    const old = await world.instance.fetch(`/tickets?limit=1&key=${world.instance.keys.secondary}`);
    expect(old.status).toBe(401);
    const keys = await read<ApiKey[]>('/keys');
    const fresh = keys.find(({ slot }) => slot === 'secondary')!.key;
    await page.getByText(fresh, { exact: true }).waitFor();
    expect((await world.instance.fetch(`/tickets?limit=1&key=${fresh}`)).status).toBe(200);
  });

  test('limits are saved together, and taken back', async () => {
    await open('keys');
    const limits = page.getByRole('region', { name: 'Secondary key' });
    await limits.locator('summary').click();
    await limits.getByLabel('Read-only').check();
    await limits.getByLabel('Only from these addresses').fill('10.0.0.0/8\n203.0.113.7');
    await button('Save limits', limits).click();
    await told('Secondary key: limits saved');
    const secondary = async () => (await read<ApiKey[]>('/keys')).find(({ slot }) => slot === 'secondary')!;
    expect(await secondary()).toMatchObject({ readOnly: true, allowedIps: ['10.0.0.0/8', '203.0.113.7'] });
    await button('Undo').click();
    await told('Undone');
    expect(await secondary()).toMatchObject({ readOnly: false, allowedIps: [] });
  });
});

describe('who gets a new ticket', () => {
  test('rules are made, put in order, hold at once, and are taken back', async () => {
    await open('assignment');
    const name = async (who: string) => {
      await button('Name somebody', page.locator('.field-editor')).click();
      await page.getByRole('option', { name: new RegExp(who) }).click();
      await page.keyboard.press('Escape');
    };
    await button('Add rule').click();
    await page.getByText('Rule 1: a condition looks for no text.').waitFor();
    await page.getByLabel('Name of the rule').fill('All to Ana');
    await button('Remove condition 1').click();
    await page.getByText('the rule takes every ticket').waitFor();
    await name('Ana');
    await button('Add rule').click();
    await page.getByLabel('Name of the rule').fill('Urgent printers');
    await page.getByLabel('Condition 1: value').fill('printer');
    await button('Add condition').click();
    await page.getByLabel('Condition 2: field').selectOption('Priority');
    await page.getByLabel('Condition 2: value').selectOption('Urgent');
    await name('Ben');
    await button('More for Urgent printers').click();
    await page.getByRole('menuitem', { name: 'up' }).click();
    await page.getByLabel('After this many days').fill('14');
    await page.getByLabel('Tell whoever has the ticket').check();
    await button('Save').click();
    await told('Assignment: saved');
    expect(await read<Instance>('/instance')).toMatchObject({
      isAutomaticAssignTickets: true,
      assigneeRules: [
        { name: 'Urgent printers', conditions: [{ value: 'printer' }, { field: 'priority', value: 'Urgent' }] },
        { name: 'All to Ana', conditions: [] },
      ],
      ...{ defaultRuleAssignee: [], dayBeforeTicketsIdle: 14, isNotifyIdleTicket: true },
    });
    const assignee = async (title: string, fields?: object) => {
      const { ticketNo } = await world.createTicket(title, fields);
      const { assignee: found } = await world.readTicket(ticketNo);
      await world.as.olga(`/tickets/${ticketNo}`, { method: 'DELETE' });
      return found;
    };
    expect(await assignee('The Printer burns', { priority: 'Urgent' })).toMatchObject({ name: 'Ben Agent' });
    expect(await assignee('The printer is slow')).toMatchObject({ name: 'Ana Agent' });
    await button('Undo').click();
    await told('Undone');
    expect((await read<Instance>('/instance')).assigneeRules).toEqual([]);
  });
});

describe('a change of the settings', () => {
  test('is taken back by Undo', async () => {
    await open('notifications');
    await page.getByLabel('Somebody commented').uncheck();
    await button('Save').click();
    await told('Notifications: saved');
    expect((await read<Instance>('/instance')).alertNotification.commented).toBe(false);
    await button('Undo').click();
    await told('Undone');
    expect((await read<Instance>('/instance')).alertNotification.commented).toBe(true);
  });

  test('by the keyboard: the language of the desk, and who follows a ticket', async () => {
    await open('general');
    await page.getByLabel('Language of the desk').focus();
    await page.keyboard.type('Deu');
    await page.getByLabel('Name').press('Enter');
    await told('General: saved');
    expect((await read<Instance>('/instance')).language).toBe('de');

    await page.goto(world.server.url + world.path('/settings/notifications'));
    const group = page.getByRole('region', { name: 'Who follows a ticket' });
    await group.getByLabel('Whoever is mentioned with @').press('Space');
    await group.getByLabel('Whoever writes a comment').press('Space');
    await button('Name somebody', group).press('Enter');
    await page.getByRole('combobox').fill('mia');
    await page.getByRole('option', { name: /Mia Member/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await violationsIn(page, { part: '.settings-form' })).toEqual([]);
    await button('Take Mia Member off', group).waitFor();
    await button('Save').press('Enter');
    await told('Notifications: saved');
    const { mia } = world.people;
    expect((await read<Instance>('/instance')).followersRule).toEqual({
      peoples: [{ id: mia.id, name: mia.name, email: mia.email }],
      isMentioned: false,
      isCommenter: true,
    });
    await button('Undo').press('Enter');
    await told('Undone');
    expect((await read<Instance>('/instance')).followersRule).toMatchObject({ peoples: [], isMentioned: true });
  });

  test('waits where it was begun when somebody leaves the page, and says so', async () => {
    await open('general');
    await page.getByLabel('Name').fill('Kept for later');
    await page.getByRole('link', { name: 'Tickets', exact: true }).click();
    await told('Not saved yet in the settings: General');
    await page.reload();
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page
      .getByRole('link', { name: /^General/ })
      .first()
      .click();
    expect(await page.getByLabel('Name').inputValue()).toBe('Kept for later');
    await button('Discard').click();
    expect(await page.getByLabel('Name').inputValue()).toBe('IT Help Desk');
  });

  test('goes on beside what somebody else changed elsewhere', async () => {
    await open('general');
    await page.getByLabel('Mail address').fill('desk@contoso.com');
    await write('/instance', 'PUT', { instance: { isNotifyIdleTicket: true } });
    await button('Save').click();
    await told('General: saved');
    expect(await read<Instance>('/instance')).toMatchObject({
      mailAddress: 'desk@contoso.com',
      isNotifyIdleTicket: true,
    });
  });

  test('that meets another one of the same page says whose, and lets the person choose', async () => {
    const olaf = world.server.newPerson('Olaf Other');
    const asOlaf = await world.server.join(world.instance.id, olaf, 'owner');
    await open('general');
    await page.getByLabel('Name').fill('My name for it');
    await asOlaf('/instance', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ instance: { name: 'The name of Olaf' } }),
    });
    const bar = page.locator('.save-bar', { hasText: 'Olaf Other has changed this page meanwhile' });
    await bar.waitFor();
    // Wherever the page is scrolled to, the choice is in sight.
    await page.setViewportSize({ width: 1280, height: 420 });
    for (const top of [0, 10_000]) {
      await page.evaluate(`document.querySelector('.settings-scroll').scrollTo(0, ${top})`);
      await expectInSight(bar, 420);
    }
    expect(await violationsIn(page, { part: '.save-bar' })).toEqual([]);
    expect(await button('Save').count()).toBe(0);
    expect(await page.getByLabel('Name').inputValue()).toBe('My name for it');
    await button('Keep mine and go on').click();
    await button('Save').click();
    await told('General: saved');
    expect((await read<Instance>('/instance')).name).toBe('My name for it');

    // Of a form, both have their fields and their places.
    const before = await read<Instance>('/instance');
    const { customFieldsLeft: left, customFieldsRight: right } = before;
    const namesOf = (fields: { title: string }[]) => fields.map(({ title }) => title);
    const [first, second, ...rest] = left;
    await open('fields');
    await button(`More for ${right[0]!.title}`).click();
    await page.getByRole('menuitem', { name: 'To the left column' }).click();
    const theirs = { customFieldsLeft: [{ ...second!, title: 'Called so by Olaf' }, first!, ...rest] };
    await asOlaf('/instance', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ instance: theirs }),
    });
    await page.locator('.save-bar', { hasText: 'Olaf Other has changed this page meanwhile' }).waitFor();
    await button('Keep mine and go on').click();
    await button('Save').click();
    await told('Form: saved');
    const after = await read<Instance>('/instance');
    expect(namesOf(after.customFieldsLeft)).toEqual([
      ...['Called so by Olaf', first!.title, ...namesOf(rest)],
      right[0]!.title,
    ]);
    expect(namesOf(after.customFieldsRight)).toEqual(namesOf(right.slice(1)));
    const { customFieldsLeft, customFieldsRight } = before;
    await write('/instance', 'PUT', { instance: { customFieldsLeft, customFieldsRight } });
    await write(`/members/${olaf.id}`, 'DELETE', {});
  });
});

/** Whether it stands whole in a window of this height, once the page has been laid out for it. */
async function expectInSight(what: Locator, height: number): Promise<void> {
  const handle = await what.elementHandle();
  const isInSight = ([element, most]: [{ getBoundingClientRect(): { top: number; bottom: number } }, number]) => {
    const box = element.getBoundingClientRect();
    return box.top > 0 && box.bottom < most;
  };
  await page.waitForFunction(isInSight as never, [handle, height] as never);
}

describe('people', () => {
  test('the last owner stays one', async () => {
    await open('people');
    await page.getByText('Olga Owner is the only owner').waitFor();
    expect(await page.getByLabel('Role of Olga Owner').isDisabled()).toBe(true);
    expect(await button('Remove Olga Owner').isDisabled()).toBe(true);
  });

  test('a role is changed and taken back; somebody removed comes back by Undo', async () => {
    await open('people');
    const roleOf = async (name: string) =>
      (await read<{ name: string; role: string }[]>('/members')).find((member) => member.name === name)?.role;
    await page.getByLabel('Role of Mia Member').selectOption('assignee');
    await told('Mia Member is now: Agent');
    expect(await roleOf('Mia Member')).toBe('assignee');
    await button('Undo').click();
    await told('Undone');
    expect(await roleOf('Mia Member')).toBe('member');
    await button('Remove Mia Member').click();
    await button('Remove', page.getByRole('dialog')).click();
    await told('Mia Member removed');
    expect(await roleOf('Mia Member')).toBeUndefined();
    await button('Undo').click();
    await told('Undone');
    expect(await roleOf('Mia Member')).toBe('member');
  });

  test.each([
    ['an agent', 'ana', true],
    ['a member', 'mia', false],
  ] as const)('%s is told that settings are for owners', async (_, who, hasReports) => {
    page = await world.open(world.people[who], world.path());
    await page.getByRole('link', { name: 'Tickets', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Settings', exact: true }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Reports', exact: true }).count()).toBe(hasReports ? 1 : 0);
    await page.goto(world.server.url + world.path('/settings/keys'));
    await page.getByText('Only owners change the settings').waitFor();
  });
});

describe('tags', () => {
  test('a category is made, renamed, coloured, deleted and brought back', async () => {
    await open('tags');
    const area = async () => (await read<TagCategory[]>('/tags')).find(({ text }) => text.startsWith('Area'));
    await button('Add category').click();
    const group = page.getByRole('region', { name: /^(New category|Area)/ });
    await group.getByLabel('Name of the category').fill('Area');
    await group.getByLabel('Purple').check();
    await group.getByLabel('New tag').fill('Canteen');
    await page.keyboard.press('Enter');
    await button('Save').click();
    await told('Tags: saved');
    expect(await area()).toMatchObject({
      color: '#8764b8',
      tags: [{ text: 'Canteen', deleted: false }],
      deleted: false,
    });

    await group.getByLabel('Tag 1', { exact: true }).fill('Kitchen');
    await group.getByLabel('Name of the category').fill('Area of the house');
    await button('Save').click();
    await saved();
    // Tickets may have it by its old name, which is therefore kept.
    expect(await area()).toMatchObject({
      text: 'Area of the house',
      tags: [
        { text: 'Kitchen', deleted: false },
        { text: 'Canteen', deleted: true },
      ],
    });

    await button('Remove Area of the house').click();
    await button('Save').click();
    await page.getByText('Show 1 deleted').waitFor();
    await saved();
    expect((await area())?.deleted).toBe(true);
    await page.getByText('Show 1 deleted').click();
    await button('Restore Area of the house').click();
    await button('Save').click();
    await saved();
    expect((await area())?.deleted).toBe(false);
  });

  test('go on beside what somebody else does with other ones, and ask who wins on the same one', async () => {
    const change = (id: string, tagCategory: object) => write(`/tags/${id}`, 'PUT', { tagCategory });
    const make = async (text: string) => {
      const answer = await write('/tags', 'POST', { tagCategory: { text } });
      return ((await answer.json()) as { item: TagCategory }).item.id;
    };
    const textOf = async (id: string) => (await read<TagCategory>(`/tags/${id}`)).text;
    const mark = randomUUID().slice(0, 4);
    const [id, other] = [await make(`Topic ${mark}`), await make(`Floor ${mark}`)];
    await open('tags');
    const name = page.getByRole('region', { name: `Topic ${mark}` }).getByLabel('Name of the category');
    await name.fill(`Mine ${mark}`);
    await change(other, { text: `House ${mark}` });
    await page.getByRole('heading', { name: `House ${mark}` }).waitFor();
    // At the last moment: the page has looked, and what it sends comes too late.
    await page.route(`**/tags/${id}`, async (route) => {
      if (route.request().method() === 'PUT') await change(id, { text: `Theirs ${mark}` });
      await route.continue();
    });
    await button('Save').click();
    const bar = page.locator('.save-bar', { hasText: 'has changed this page meanwhile' });
    await bar.waitFor();
    expect(await textOf(id)).toBe(`Theirs ${mark}`);
    await page.unroute(`**/tags/${id}`);
    await button('Keep mine and go on').click();
    await button('Save').click();
    await told('Tags: saved');
    expect([await textOf(id), await textOf(other)]).toEqual([`Mine ${mark}`, `House ${mark}`]);
    await change(id, { text: `Last ${mark}` });
    await button('Undo').click();
    await told('Somebody has changed this again since');
    expect(await textOf(id)).toBe(`Last ${mark}`);
  });
});

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

describe('data', () => {
  test('everything is exported as a file that only an owner gets', async () => {
    const { id } = await world.createTicket('To be exported');
    await open('data');
    const waiting = page.waitForEvent('download');
    await button('Export Tickets as JSON lines').click();
    const text = await readFile(await (await waiting).path(), 'utf8');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.find((ticket) => ticket.id === id)).toMatchObject({ title: 'To be exported' });
  });

  test('a person is erased: first what is known of them, then a name to type', async () => {
    const gone = world.server.newPerson('Gero Gone');
    await world.server.join(world.instance.id, gone, 'member');
    const { ticketNo } = await world.createTicket('Asked by Gero', {
      requestor: { id: gone.id, name: gone.name, email: gone.email },
    });
    await open('data');
    await page.getByRole('button', { name: /^Who/ }).click();
    await page.getByRole('combobox').fill('gero');
    await page.getByRole('option', { name: /Gero Gone/ }).click();
    await page.getByText('Tickets they asked for').waitFor();
    await button('Erase Gero Gone…').click();
    const dialog = page.getByRole('dialog');
    const erase = button('Erase for good', dialog);
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByLabel('Type “Gero Gone” to confirm').fill('Gero Gone');
    await erase.click();
    await told(/^Erased/);
    const ticket = await world.readTicket(ticketNo);
    expect(JSON.stringify(ticket.requestor)).not.toContain('Gero');
    expect(JSON.stringify(await read('/members'))).not.toContain('Gero');
  });

  test('whom much names is erased later, and the page says how far it is until it is done', async () => {
    const { environment, newPerson, join } = world.server;
    const mona = newPerson('Mona Many');
    await join(world.instance.id, mona, 'member');
    const requestor = { id: mona.id, name: mona.name, email: mona.email };
    const instance = environment.store.instance(world.instance.id);
    const tickets = Array.from({ length: 1100 }, (_, count) =>
      ticketDocument({ id: environment.newId(), ticketNo: 5000 + count, requestor }),
    );
    const puts = tickets.map((value): Change => ({ put: 'ticket', id: value.id, value, replaces: null }));
    while (puts.length > 0) await instance.commit(puts.splice(0, 90));
    await open('data');
    await page.getByRole('button', { name: /^Who/ }).click();
    await page.getByRole('combobox').fill('mona');
    await page.getByRole('option', { name: /Mona Many/ }).click();
    await button('Erase Mona Many…').click();
    await page.getByLabel('Type “Mona Many” to confirm').fill('Mona Many');
    await button('Erase for good').click();
    const bar = page.getByRole('progressbar', { name: /^Being erased/ });
    await bar.waitFor();
    await page.getByText(/^0 of 1,1\d\d places so far/).waitFor();
    expect(await violationsIn(page)).toEqual([]);
    const { now } = environment;
    const worker = createWorker({
      ...{ store: environment.store, now },
      log: createLog('error'),
      handlers: [erasures(environment)],
    });
    await worker.drain();
    await told('in 1100 tickets');
    await bar.waitFor({ state: 'detached' });
  });
});
