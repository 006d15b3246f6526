import type { Messages } from '../messages/messages.ts';

/** The parts that the cards are made of: Adaptive Cards 1.5 as plain JSON. */

export type Json = { [name: string]: unknown };

export interface Card extends Json {
  type: 'AdaptiveCard';
  version: '1.5';
  body: Json[];
  actions?: Json[];
}

/** What every card is made with. */
export interface CardContext {
  m: Messages;
  appName: string;
  /** The page of an instance in the tab; with a number, that of its ticket. */
  link: (instanceId: string, ticketNo?: number) => string;
  /** Teams itself, with dialogs and a directory of people; a local client has neither. */
  isTeams: boolean;
}

/** Teams takes about 28 KB a message; the envelope around a card, and the people to refresh it for, need their share. */
const MAX_CARD_BYTES = 23 * 1024;

/** Teams shows no more than this. */
const MAX_ACTIONS = 6;

/** A card refreshes itself for no more people than this. */
const MAX_REFRESHED = 60;

export function card(body: (Json | undefined)[], actions: (Json | undefined)[] = [], rest: Json = {}): Card {
  const shown = actions.filter((action) => action !== undefined).slice(0, MAX_ACTIONS);
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    body: body.filter((element) => element !== undefined),
    ...(shown.length > 0 && { actions: shown }),
    ...rest,
  };
}

/** Each of these people sees the card as this action answers it to them. */
export function refreshed(whole: Card, verb: string, data: Json, userIds: string[]): Card {
  if (userIds.length === 0) return whole;
  const action = { type: 'Action.Execute', verb, data: { verb, ...data } };
  return { ...whole, refresh: { action, userIds: userIds.slice(0, MAX_REFRESHED) } };
}

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The first that fits into a message; the last is small whatever it shows. */
export function firstThatFits(builds: (() => Card)[]): Card {
  for (const build of builds.slice(0, -1)) {
    const built = build();
    if (bytesOf(built) <= MAX_CARD_BYTES) return built;
  }
  return builds.at(-1)!();
}

export const text = (content: string, rest: Json = {}): Json => ({
  type: 'TextBlock',
  text: content,
  wrap: true,
  ...rest,
});

export const heading = (content: string, rest: Json = {}): Json =>
  text(content, { style: 'heading', size: 'medium', weight: 'bolder', ...rest });

export const subtle = (content: string, rest: Json = {}): Json =>
  text(content, { isSubtle: true, size: 'small', spacing: 'small', ...rest });

/** Most lines of somebody's words that a card shows. */
const MAX_LINES = 12;

/**
 * What somebody wrote, word for word: a run of text is no Markdown, so nothing in it becomes a link or formatting. Cut
 * after so many characters.
 */
export function words(content: string, max: number, rest: Json = {}): { elements: Json[]; isCut: boolean } {
  const lines = cut(content, max * 4)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .filter((line) => line.trim() !== '');
  const elements: Json[] = [];
  let left = max;
  for (const line of lines.slice(0, MAX_LINES)) {
    if (left <= 0) break;
    const run = { type: 'TextRun', text: cut(line, left), ...rest };
    elements.push({ type: 'RichTextBlock', ...(elements.length > 0 && { spacing: 'small' }), inlines: [run] });
    left -= line.length;
  }
  return { elements, isCut: content.trim().length > max || lines.length > MAX_LINES };
}

/** The first characters, none of them torn apart, with a mark where something is missing. */
export function cut(content: string, max: number): string {
  if (content.length <= max) return content;
  const end = max - 1;
  const isTorn = /[\uD800-\uDBFF]/.test(content[end - 1] ?? '');
  return `${content.slice(0, isTorn ? end - 1 : end)}…`;
}

/** Somebody's name or another short text where Markdown is read: it cannot become a link or formatting there. */
export const plain = (content: string, max = 100): string =>
  cut(content.replace(/\s+/g, ' ').trim(), max).replace(/[\\`*_[\]<>#~]/g, (sign) => FULL_WIDTH[sign] ?? sign);

/** Signs that look alike and mean nothing to Markdown. */
const FULL_WIDTH: Record<string, string> = {
  '\\': '＼',
  '`': 'ˋ',
  '*': '∗',
  _: '_\u2060',
  '[': '［',
  ']': '］',
  '<': '‹',
  '>': '›',
  '#': '#\u2060',
  '~': '∼',
};

export const facts = (pairs: (readonly [string, string] | undefined)[]): Json => ({
  type: 'FactSet',
  facts: pairs.filter((pair) => pair !== undefined).map(([title, value]) => ({ title, value })),
});

/** An instant as each reader's own client writes it, in their time zone. */
export function moment(instant: string): string {
  const seconds = instant.replace(/\.\d+Z$/, 'Z');
  return `{{DATE(${seconds}, SHORT)}} {{TIME(${seconds})}}`;
}

interface ActionOptions {
  style?: 'positive' | 'destructive';
  /** Goes without what stands in the card's inputs, and does not wait for them to be right. */
  isFree?: boolean;
}

/** A button that the bot answers; clients that do not know Action.Execute send the same as a message. */
export function execute(title: string, verb: string, data: Json = {}, { style, isFree }: ActionOptions = {}): Json {
  const common = {
    title,
    ...(style && { style }),
    ...(isFree && { associatedInputs: 'none' }),
    data: { verb, ...data },
  };
  return { type: 'Action.Execute', verb, ...common, fallback: { type: 'Action.Submit', ...common } };
}

/** A button that opens a form: in a dialog, or in the place of the card where there are no dialogs. */
export function formButton(
  { isTeams }: CardContext,
  title: string,
  verb: string,
  data: Json = {},
  style?: 'positive',
): Json {
  if (!isTeams) return execute(title, verb, data, { isFree: true, ...(style && { style }) });
  const fetch = { msteams: { type: 'task/fetch' }, verb, ...data };
  return { type: 'Action.Submit', title, associatedInputs: 'none', ...(style && { style }), data: fetch };
}

export const openUrl = (title: string, url: string): Json => ({ type: 'Action.OpenUrl', title, url });

export const showCard = (title: string, body: Json[], actions: Json[]): Json => ({
  type: 'Action.ShowCard',
  title,
  card: { type: 'AdaptiveCard', version: '1.5', body, actions: actions.slice(0, MAX_ACTIONS) },
});

/** A box with a word of good or bad news. */
export const banner = (style: 'good' | 'attention' | 'warning' | 'accent', items: Json[]): Json => ({
  type: 'Container',
  style,
  spacing: 'medium',
  items,
});
