import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import type { Instance } from '../../api/contract/instance.ts';
import type { TagCategory } from '../../api/contract/tags.ts';
import { violationsIn } from './every-look.ts';
import { button, open, page, read, saved, told, workAsOwner, world, write } from './settings-page.ts';

workAsOwner();

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

/** Whether it stands whole in a window of this height, once the page has been laid out for it. */
async function expectInSight(what: Locator, height: number): Promise<void> {
  const handle = await what.elementHandle();
  const isInSight = ([element, most]: [{ getBoundingClientRect(): { top: number; bottom: number } }, number]) => {
    const box = element.getBoundingClientRect();
    return box.top > 0 && box.bottom < most;
  };
  await page.waitForFunction(isInSight as never, [handle, height] as never);
}

test('the keyboard stays near what it removed, moved, saved or dropped, and above the bar that saves', async () => {
  const has = (what: Locator) => what.and(page.locator(':focus')).waitFor();
  await open('tags');
  await button('Remove Topic').waitFor();
  for (const name of ['Floor', 'Wing']) {
    await button('Add category').press('Enter');
    await page.locator('input:focus').fill(name);
  }
  await button('Remove Floor').press('Enter');
  await has(button('Remove Wing'));

  await open('fields');
  const more = (name: string) => button(`More for ${name}`);
  await more('Services').press('Enter');
  await page.getByRole('menuitem', { name: 'To the right column' }).press('Enter');
  await has(more('Services'));
  await more('Location').press('Enter');
  await page.getByRole('menuitem', { name: 'Remove field' }).press('Enter');
  await has(more('Colleagues'));
  await button('Discard').press('Enter');
  await has(more('Colleagues'));

  await open('assignment');
  await button('Add rule').press('Enter');
  await has(page.getByLabel('Name of the rule'));
  await page.locator('.save-bar').getByText('a condition looks for no text').waitFor();

  await open('hours');
  await page.setViewportSize({ width: 1280, height: 480 });
  await button('Add hours on Saturday').press('Enter');
  const from = page.getByLabel('Saturday, from');
  await has(from);
  const [box, bar] = await Promise.all([from.boundingBox(), page.locator('.save-bar').boundingBox()]);
  expect(box!.y + box!.height).toBeLessThan(bar!.y);
  await button('Save').press('Enter');
  await told('Hours and targets: saved');
  await has(from);
});
