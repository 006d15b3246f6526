import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser } from '../helpers/browser.ts';
import { startPlayground, startProduct } from './playground.ts';

/** On a machine that does much else, a browser misses a moment now and then; what fails twice is broken. */
jest.retryTimes(1, { logErrorsBeforeRetry: true, retryImmediately: true });

jest.setTimeout(120_000);

let product: Awaited<ReturnType<typeof startProduct>>;
let playground: Awaited<ReturnType<typeof startPlayground>>;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  product = await startProduct();
  playground = await startPlayground(product.url);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1400, height: 1200 } });
  page.setDefaultTimeout(20_000);
  await page.goto(playground.url);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([playground?.stop(), product?.stop()]);
});
afterEach(async () => {
  await page.keyboard.press('Escape');
});

const exactly = (name: string) => page.getByText(name, { exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const compose = (index = 0) => page.locator('[contenteditable="true"]').nth(index);

async function write(text: string, box: Locator = compose()): Promise<void> {
  await box.click();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** Mentions the bot in a text box of a channel. */
async function mention(text: string, box: Locator): Promise<void> {
  await box.click();
  await page.keyboard.type('@Ti', { delay: 50 });
  await page.locator('[role=menu],[role=listbox]').getByText('Tickets', { exact: true }).first().click();
  await page.keyboard.type(` ${text}`);
}

const seen = (text: string | RegExp) => page.getByText(text).first().waitFor();

describe('in Agents Playground', () => {
  test('the bot is there at once, and greets', async () => {
    await seen('Welcome to Tickets');
    await seen('I open, answer and follow up tickets with you');
    expect(await exactly('Welcome to Tickets').count()).toBe(1);
  });

  test('a sentence becomes a form, and the form a ticket', async () => {
    await write('My keyboard is sticky');
    await seen('Shall I open a ticket with this?');
    expect(await page.getByLabel('Title').last().inputValue()).toBe('My keyboard is sticky');
    await button('Create').last().click();
    await seen(/Ticket #\d+ was opened/);
    await button('Take').last().waitFor();
  });

  test('the bot greets a channel once, by the name of who added it', async () => {
    await exactly('General').click();
    await seen('Hanna Lindqvist added me');
    expect(await exactly('Welcome to Tickets').count()).toBe(1);
  });

  test('a mention in the channel becomes a form, and the form one post', async () => {
    await mention('My VPN is down', compose());
    await button('Post').click();
    await button('Create').first().click();
    await seen('Ticket #1 was opened');
    await exactly('Ticket #1').first().waitFor();
    await seen('Nobody');
  });

  test('somebody else takes it, and the post shows so', async () => {
    await asMarco({ type: 'message', text: '<at>Tickets</at> help' });
    await seen('What you can write to me');
    // Whoever has written in the channel belongs to its help desk; its owner makes them one who answers.
    await mention('assign 1 to Marco Bellini', compose());
    await button('Post').click();
    await seen('Ticket #1 was assigned to Marco Bellini');
    await mention('assign 1 to nobody', compose());
    await button('Post').click();
    await seen('Ticket #1 is assigned to nobody now.');
    await asMarco({ type: 'message', text: '<at>Tickets</at> take 1' });
    await seen('has taken this');
  });

  test('a reply in the thread is a comment', async () => {
    await mention('I have restarted it twice', threadBox());
    await page.keyboard.press('Enter');
    await seen('Your comment was added to ticket #1');
    await seen('Last comment, by Hanna Lindqvist');
  });

  test('it is resolved and reopened from there', async () => {
    for (const [text, label] of [
      ['resolve works again', 'Resolved'],
      ['reopen', 'Reopened'],
    ] as const) {
      await mention(text, threadBox());
      await page.keyboard.press('Enter');
      await seen(`Ticket #1 is ${label} now.`);
    }
  });

  test('the search extension lists and inserts a ticket', async () => {
    await exactly('Personal Chat').click();
    await button('Trigger Message Extension App').first().click();
    await exactly('Search Command').click();
    await page.getByPlaceholder('Enter a search term').fill('keyboard');
    await page.keyboard.press('Enter');
    const found = page.getByText(/#\d+ My keyboard is sticky/).first();
    await found.click();
    await exactly('My keyboard is sticky').last().waitFor();
  });

  test('a message becomes a ticket', async () => {
    await exactly('Office move').click();
    await write('The door squeaks');
    await exactly('The door squeaks').last().hover();
    await button('Show more information').last().click();
    await exactly('Action Command').click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('button', { name: /send|fetch|open|ok|create|confirm|submit|run/i })
      .first()
      .click();
    await dialog.getByLabel('Title').waitFor();
    expect(await dialog.getByLabel('Title').inputValue()).toContain('The door squeaks');
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await seen(/Ticket #\d+ was opened/);
  });
});

/** The text box of the thread below the ticket's post. */
const threadBox = (): Locator =>
  exactly('Ticket #1')
    .first()
    .locator('xpath=ancestor::*[.//*[@contenteditable="true"]][1]')
    .locator('[contenteditable="true"]')
    .last();

/** Another person's doing in the channel, which the page cannot show: it is one person's. */
async function asMarco(rest: object): Promise<void> {
  const bot = { id: '00000000-0000-4000-8000-000000000b07', name: 'Tickets' };
  const tenant = { id: '00000000-0000-4000-8000-00000000dead' };
  const activity = {
    id: `marco-${performance.now()}`,
    channelId: 'msteams',
    serviceUrl: `${playground.url.replace('127.0.0.1', 'localhost')}/_connector`,
    from: { id: 'user-marco', name: 'Marco Bellini', aadObjectId: '9ab69d1c-f1be-4930-b853-511a3a13e3fd' },
    recipient: bot,
    conversation: { id: 'team-it', conversationType: 'channel', tenantId: tenant.id, isGroup: true },
    channelData: { tenant, team: { id: 'team-it' }, channel: { id: 'team-it' } },
    entities: [{ type: 'mention', text: '<at>Tickets</at>', mentioned: bot }],
    locale: 'en-US',
    ...rest,
  };
  await fetch(`${playground.url}/_internal/v1/customActivities`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(activity),
  });
}
