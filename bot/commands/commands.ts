/** What can be written to the bot: one row a command, in the words of each language. */

export type CommandId =
  | 'help'
  | 'new'
  | 'mine'
  | 'open'
  | 'ticket'
  | 'search'
  | 'take'
  | 'assign'
  | 'start'
  | 'pending'
  | 'resolve'
  | 'close'
  | 'reopen'
  | 'priority'
  | 'comment'
  | 'note'
  | 'due'
  | 'tag'
  | 'follow'
  | 'unfollow'
  | 'switch'
  | 'settings'
  | 'diagnose';

/**
 * `nothing`: the words alone. `text`: a text may follow. `needed text`: a text must follow. `number`: a ticket's number
 * follows. `number text`: a number, then perhaps a text.
 */
type Takes = 'nothing' | 'text' | 'needed text' | 'number' | 'number text';

interface Row {
  takes: Takes;
  en: string[];
  fr: string[];
  de: string[];
}

export const COMMANDS: Record<CommandId, Row> = {
  help: {
    takes: 'nothing',
    en: ['help', 'hi', 'hello', 'hey', 'commands', '?'],
    fr: ['aide', 'bonjour', 'salut'],
    de: ['hilfe', 'hallo', 'guten tag', 'moin', 'befehle'],
  },
  new: {
    takes: 'text',
    en: ['new ticket', 'create ticket', 'new', 'create'],
    fr: ['nouveau ticket', 'créer un ticket', 'nouveau', 'nouvelle', 'créer'],
    de: ['neues ticket', 'ticket anlegen', 'neu', 'anlegen'],
  },
  mine: {
    takes: 'nothing',
    en: ['my tickets', 'mine'],
    fr: ['mes tickets'],
    de: ['meine tickets'],
  },
  open: {
    takes: 'nothing',
    en: ['open tickets', 'all open tickets'],
    fr: ['tickets ouverts'],
    de: ['offene tickets', 'alle offenen tickets'],
  },
  ticket: {
    takes: 'number',
    en: ['ticket', 'show ticket', 'show', '#', ''],
    fr: ['ticket', 'afficher', 'montre'],
    de: ['ticket', 'zeige', 'zeig'],
  },
  search: {
    takes: 'needed text',
    en: ['search for', 'search', 'find'],
    fr: ['chercher', 'cherche', 'rechercher', 'recherche', 'trouver'],
    de: ['suche nach', 'suche', 'suchen', 'finde'],
  },
  take: {
    takes: 'number',
    en: ['take', 'assign to me'],
    fr: ['prendre', 'prends'],
    de: ['übernehme', 'übernehmen', 'nimm'],
  },
  assign: {
    takes: 'number text',
    en: ['assign'],
    fr: ['attribuer', 'attribue', 'assigner'],
    de: ['zuweisen', 'weise', 'gib'],
  },
  start: {
    takes: 'number text',
    en: ['start', 'begin'],
    fr: ['commencer', 'commence'],
    de: ['beginne', 'beginnen', 'starte'],
  },
  pending: {
    takes: 'number text',
    en: ['pending', 'wait', 'hold'],
    fr: ['attente', 'mettre en attente', 'en attente'],
    de: ['warte', 'zurückstellen', 'wartet'],
  },
  resolve: {
    takes: 'number text',
    en: ['resolve', 'resolved', 'solve', 'done'],
    fr: ['résoudre', 'résolu'],
    de: ['löse', 'lösen', 'gelöst', 'erledigt'],
  },
  close: {
    takes: 'number text',
    en: ['close'],
    fr: ['fermer', 'ferme', 'clore'],
    de: ['schließe', 'schließen', 'schliesse'],
  },
  reopen: {
    takes: 'number text',
    en: ['reopen', 're-open'],
    fr: ['rouvrir', 'rouvre'],
    de: ['öffne', 'wieder öffnen', 'wiedereröffnen'],
  },
  priority: { takes: 'number text', en: ['priority', 'prio'], fr: ['priorité'], de: ['priorität'] },
  comment: {
    takes: 'number text',
    en: ['comment', 'reply', 'answer'],
    fr: ['commenter', 'commente', 'répondre'],
    de: ['kommentar', 'kommentiere', 'antworte'],
  },
  note: { takes: 'number text', en: ['note', 'private'], fr: ['note'], de: ['notiz'] },
  due: { takes: 'number text', en: ['due'], fr: ['échéance', 'pour'], de: ['fällig', 'frist', 'bis'] },
  tag: { takes: 'number text', en: ['tag', 'label'], fr: ['étiquette', 'étiqueter'], de: ['tag', 'markiere'] },
  follow: { takes: 'number', en: ['follow', 'watch'], fr: ['suivre', 'suis'], de: ['folge', 'folgen', 'beobachte'] },
  unfollow: {
    takes: 'number',
    en: ['unfollow', 'unwatch'],
    fr: ['ne plus suivre', 'ne pas suivre'],
    de: ['entfolge', 'nicht mehr folgen'],
  },
  switch: {
    takes: 'text',
    en: ['switch to', 'switch'],
    fr: ['changer', 'changer de support'],
    de: ['wechsle zu', 'wechsle', 'wechseln'],
  },
  settings: {
    takes: 'nothing',
    en: ['settings', 'notices', 'notifications'],
    fr: ['paramètres', 'notifications'],
    de: ['einstellungen', 'benachrichtigungen'],
  },
  diagnose: { takes: 'nothing', en: ['diagnose', 'diagnostics'], fr: ['diagnostic'], de: ['diagnose'] },
};

/** What was meant: a command, or a sentence in somebody's own words. */
export type Meant =
  | { id: CommandId; number?: number; text: string }
  | { id: 'sentence'; text: string }
  | { id: 'nothing' };

interface Phrase {
  id: CommandId;
  takes: Takes;
  words: string;
}

/** In any case, with or without accents. */
const folded = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');

/** The longest words first, so that `new ticket` is not `new` with the title `ticket`. */
const PHRASES: Phrase[] = (Object.keys(COMMANDS) as CommandId[])
  .flatMap((id) => {
    const { takes, en, fr, de } = COMMANDS[id];
    return [...new Set([...en, ...fr, ...de].map(folded))].map((words) => ({ id, takes, words }));
  })
  .toSorted((left, right) => right.words.length - left.words.length);

const NUMBER = /^(?:n[°o.]?\s*|nr\.?\s*)?#?\s*(\d{1,9})(?=$|[\s:,.!?-])[\s:,-]*/i;

/**
 * What a text means. `isInThread`: it stands in the thread of a ticket, where a command without a number is about that
 * one; else a command that needs a number and has none is a sentence, as in `close the window, please`.
 */
export function understand(written: string, { isInThread = false } = {}): Meant {
  const text = written.replace(/[\u00a0\s]+/g, ' ').trim();
  if (text === '') return { id: 'nothing' };
  const start = folded(text.slice(0, LONGEST));
  for (const phrase of PHRASES) {
    const rest = start.startsWith(phrase.words) ? after(text, phrase.words) : undefined;
    if (rest === undefined) continue;
    const meant = fits(phrase, rest, isInThread);
    if (meant) return meant;
  }
  return { id: 'sentence', text: written.trim() };
}

/** No phrase is as long. */
const LONGEST = 60;

/** What follows the words in the text, or undefined when it does not begin with them. */
function after(text: string, words: string): string | undefined {
  if (words === '') return text;
  // Folding may change how many characters there are, so the end is looked for in the text itself.
  for (let end = Math.max(1, words.length - 2); end <= Math.min(text.length, words.length + 4); end++) {
    if (folded(text.slice(0, end)) !== words) continue;
    const rest = text.slice(end);
    if (rest === '' || /^[\s:,]/.test(rest) || words === '#') return rest.replace(/^[\s:,]+/, '');
    if (/^[!.?]+$/.test(rest)) return '';
  }
  return undefined;
}

function fits({ id, takes }: Phrase, rest: string, isInThread: boolean): Meant | undefined {
  if (takes === 'nothing') return rest === '' ? { id, text: '' } : undefined;
  if (takes === 'text') return { id, text: rest };
  if (takes === 'needed text') return { id, text: rest };
  const match = NUMBER.exec(rest);
  if (match) {
    const text = rest.slice(match[0].length).trim();
    if (takes === 'number' && text !== '' && !/^[!.?]+$/.test(text)) return undefined;
    return { id, number: Number(match[1]), text: takes === 'number' ? '' : text };
  }
  if (!isInThread) return rest === '' && takes !== 'number' ? bareOutside(id) : undefined;
  return takes === 'number' && rest !== '' ? undefined : { id, text: rest };
}

/** A command word alone, where it is about no ticket: the bot asks which. */
const bareOutside = (id: CommandId): Meant => ({ id, text: '' });

/** Priorities by the words for them. */
const PRIORITY_WORDS = {
  Low: ['low', 'basse', 'faible', 'niedrig', 'gering'],
  Medium: ['medium', 'normal', 'moyenne', 'normale', 'mittel'],
  Important: ['important', 'high', 'importante', 'haute', 'elevee', 'wichtig', 'hoch'],
  Urgent: ['urgent', 'critical', 'urgente', 'critique', 'dringend', 'kritisch'],
} as const;

/** The priority that a word means. */
export function priorityOf(word: string): keyof typeof PRIORITY_WORDS | undefined {
  const wanted = folded(word.trim());
  const names = Object.keys(PRIORITY_WORDS) as (keyof typeof PRIORITY_WORDS)[];
  return names.find((name) => (PRIORITY_WORDS[name] as readonly string[]).includes(wanted));
}

/** Whether a text is one of the words for nobody, none, nothing. */
export const isNone = (text: string): boolean =>
  [
    'none',
    'nobody',
    'no one',
    'never',
    'aucune',
    'aucun',
    'personne',
    'jamais',
    'keine',
    'niemand',
    'niemandem',
    'nie',
    '-',
  ].includes(folded(text.trim()));
