import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { CustomField } from '../../api/contract/instance.ts';
import { doneTo, expectSoon, openWorld, type World } from './tab-world.ts';

let world: World;
let page: Page;
let ticketNo: number;
beforeAll(async () => {
  world = await openWorld();
  ({ ticketNo } = await world.createTicket('Every field', { description: 'As it was' }));
  page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
  await page.getByRole('button', { name: 'Show 7 empty fields' }).click();
}, 90_000);
afterAll(() => world.close());

const saved = (expected: object) => expectSoon(() => world.readTicket(ticketNo), expected);

/** The value of a custom field by its title. */
async function custom(title: string): Promise<unknown> {
  const answer = (await (await world.as.olga('/instance')).json()) as { item: { customFields: CustomField[] } };
  const { id } = answer.item.customFields.find((field) => field.title === title)!;
  return (await world.readTicket(ticketNo)).customFields[id];
}

describe('a ticket is changed where it stands', () => {
  test('its title', async () => {
    await page.getByRole('textbox', { name: 'Title' }).fill('Every field, renamed');
    await page.keyboard.press('Enter');
    await doneTo(page, /changed/);
    await saved({ title: 'Every field, renamed' });
  });

  test('its title, but not when Escape gives it back', async () => {
    await page.getByRole('textbox', { name: 'Title' }).fill('A slip');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Priority: Medium' }).focus();
    expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Every field, renamed');
    await saved({ title: 'Every field, renamed' });
  });

  test('its description, formatted', async () => {
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.locator('.description .tiptap:focus').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('As it is');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+i');
    await page.keyboard.press('Control+Enter');
    await page.locator('.description em', { hasText: 'As it is' }).waitFor();
  });

  test('its priority, assignee, tags and due day', async () => {
    await page.getByRole('button', { name: 'Priority: Medium' }).click();
    await page.getByRole('option', { name: 'Urgent' }).click();
    await saved({ priority: 'Urgent' });
    await page.getByRole('button', { name: 'Take it' }).click();
    await saved({ assignee: { name: 'Ana Agent' } });
    await page.getByRole('button', { name: 'Tags: None' }).click();
    await page.getByRole('option', { name: 'Network' }).click();
    await page.getByRole('option', { name: 'Printer' }).click();
    await page.keyboard.press('Escape');
    await saved({ tags: [{ text: 'Network' }, { text: 'Printer' }] });
    await page.getByRole('button', { name: 'Due: None' }).click();
    const inFour = new Date(Date.now() + 4 * 86_400_000);
    await page.keyboard.type(inFour.toLocaleDateString('en', { weekday: 'long' }).slice(0, 3).toLowerCase());
    await page.keyboard.press('Enter');
    await expectSoon(async () => ({ day: new Date((await world.readTicket(ticketNo)).expectedDate).toDateString() }), {
      day: inFour.toDateString(),
    });
  });

  test('and the last change is taken back', async () => {
    await page.getByRole('button', { name: 'Undo' }).click();
    await saved({ expectedDate: '' });
  });

  test.each([
    [
      'Location',
      async () => {
        await page.getByRole('button', { name: 'Location: None' }).click();
        await page.getByRole('option', { name: 'Berlin' }).click();
      },
      ['b'],
    ],
    [
      'Services',
      async () => {
        await page.getByRole('button', { name: 'Services: None' }).click();
        await page.getByRole('option', { name: 'Mail' }).click();
        await page.getByRole('option', { name: 'VPN' }).click();
        await page.keyboard.press('Escape');
      },
      ['m', 'v'],
    ],
    [
      'Steps',
      async () => {
        await page.getByRole('textbox', { name: 'Steps' }).fill('One.\nTwo.');
        await page.keyboard.press('Control+Enter');
      },
      'One.\nTwo.',
    ],
    [
      'Asset tag',
      async () => {
        await page.getByRole('textbox', { name: 'Asset tag' }).fill('LT-204');
        await page.keyboard.press('Enter');
      },
      'LT-204',
    ],
    ['Blocks my work', () => page.getByRole('switch', { name: 'Blocks my work' }).click(), true],
    ['Needed on', () => page.getByLabel('Needed on').fill('2026-03-05'), '2026-03-05'],
  ] as [string, () => Promise<void>, unknown][])('its custom field %s', async (title, act, value) => {
    await act();
    await expectSoon(async () => ({ value: await custom(title) }), { value });
  });

  test('its custom field of people, found by typing', async () => {
    await page.getByRole('button', { name: 'Colleagues: None' }).click();
    await page.getByRole('combobox', { name: 'Colleagues' }).fill('mia');
    await page.getByRole('option', { name: 'Mia Member' }).click();
    await page.keyboard.press('Escape');
    await expectSoon(async () => ({ value: await custom('Colleagues') }), { value: [{ name: 'Mia Member' }] });
  });

  test('and its history says what was before and after', async () => {
    const history = page.locator('.timeline');
    await history.getByText('Priority: Medium → Urgent').waitFor();
    await history.getByText('Title: Every field → Every field, renamed').waitFor();
    await history.getByText('Assignee: Nobody → Ana Agent').waitFor();
    await history.getByText('Location: None → Berlin').waitFor();
    await history.getByText('Tags: Network → Network, Printer').waitFor();
    await history.getByText('Blocks my work: None → Yes').waitFor();
    // What Escape gave back was never saved.
    expect(await history.getByText('A slip').count()).toBe(0);
  });
});

describe('people on a ticket', () => {
  test('follow it and stop following', async () => {
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await saved({ followers: [{ name: 'Ana Agent' }] });
    await page.getByRole('button', { name: 'Unfollow' }).click();
    await saved({ followers: [] });
  });

  test('who are mentioned in a reply follow it from then on', async () => {
    await page.keyboard.press('r');
    await page.locator('.comment-box .tiptap:focus').waitFor();
    await page.keyboard.type('Please look, @be');
    await page.locator('.mention-list').getByText('Ben Agent').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.comment-box a.mention').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.locator('.comment a.mention', { hasText: '@Ben Agent' }).waitFor();
    await saved({ followers: [{ name: 'Ben Agent' }] });
  });
});

describe('text of others', () => {
  test('is shown formatted and cannot act', async () => {
    const evil = '<p>Hello <b>you</b><img src=x onerror="document.title=1"><script>document.title=2</script></p>';
    const created = await world.createTicket('<img src=x onerror=alert(1)>', { description_HTML: evil });
    await page.goto(world.server.url + world.path(`/tickets/${created.ticketNo}`));
    await page.locator('.description b', { hasText: 'you' }).waitFor();
    expect(await page.locator('.description script, .description img[onerror]').count()).toBe(0);
    expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('<img src=x onerror=alert(1)>');
    expect(await page.title()).toMatch(/^#\d+ .* – IT Help Desk$/);
  });
});
