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
    fr: ['aide', 'aide-moi', "à l'aide", 'bonjour', 'bonsoir', 'salut', 'coucou', 'commandes'],
    de: ['hilfe', 'hallo', 'hallo zusammen', 'guten morgen', 'guten tag', 'moin', 'servus', 'grüezi', 'befehle'],
  },
  new: {
    takes: 'text',
    en: ['new ticket', 'create ticket', 'new', 'create'],
    fr: [
      'nouveau ticket',
      'créer un ticket',
      'crée un ticket',
      'créer ticket',
      'ouvrir un ticket',
      'nouveau',
      'nouvelle',
      'créer',
    ],
    de: [
      'neues ticket erstellen',
      'neues ticket anlegen',
      'neues ticket',
      'erstelle ein ticket',
      'ticket erstellen',
      'ticket anlegen',
      'neu',
      'anlegen',
    ],
  },
  mine: {
    takes: 'nothing',
    en: ['my tickets', 'my open tickets', 'show my tickets', 'mine'],
    fr: [
      'mes tickets',
      'mes tickets ouverts',
      'mes demandes',
      'afficher mes tickets',
      'affiche mes tickets',
      'montre mes tickets',
    ],
    de: ['meine tickets', 'meine offenen tickets', 'meine anfragen', 'zeige meine tickets', 'zeig meine tickets'],
  },
  open: {
    takes: 'nothing',
    en: ['open tickets', 'all open tickets', 'show open tickets'],
    fr: ['tickets ouverts', 'les tickets ouverts', 'tous les tickets ouverts'],
    de: ['offene tickets', 'alle offenen tickets', 'zeige offene tickets'],
  },
  ticket: {
    takes: 'number',
    en: ['ticket', 'show ticket', 'show', '#', ''],
    fr: ['ticket', 'afficher', 'affiche', 'montrer', 'montre', 'voir'],
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
    fr: ['prendre', 'prends', 'je prends', "m'attribuer"],
    de: ['übernehme', 'übernehmen', 'ich übernehme', 'nehme', 'nimm'],
  },
  assign: {
    takes: 'number text',
    en: ['assign'],
    fr: ['attribuer', 'attribue', 'assigner', 'assigne', 'affecter'],
    de: ['zuweisen', 'weise', 'gib'],
  },
  start: {
    takes: 'number text',
    en: ['start', 'begin'],
    fr: ['commencer', 'commence', 'démarrer'],
    de: ['beginne', 'beginnen', 'starte'],
  },
  pending: {
    takes: 'number text',
    en: ['pending', 'wait', 'hold'],
    fr: ['attente', 'mettre en attente', 'en attente'],
    de: ['warte', 'zurückstellen', 'wartet', 'wartend'],
  },
  resolve: {
    takes: 'number text',
    en: ['resolve', 'resolved', 'solve', 'done'],
    fr: ['résoudre', 'résous', 'résolu'],
    de: ['löse', 'lösen', 'gelöst', 'erledigt'],
  },
  close: {
    takes: 'number text',
    en: ['close'],
    fr: ['fermer', 'ferme', 'clôturer', 'clore'],
    de: ['schließe', 'schließen', 'schließ'],
  },
  reopen: {
    takes: 'number text',
    en: ['reopen', 're-open'],
    fr: ['rouvrir', 'rouvre', 'réouvrir', 'réouvre'],
    de: ['öffne', 'wieder öffnen', 'wiederöffnen', 'wiedereröffnen'],
  },
  priority: { takes: 'number text', en: ['priority', 'prio'], fr: ['priorité'], de: ['priorität'] },
  comment: {
    takes: 'number text',
    en: ['comment', 'reply', 'answer'],
    fr: ['commenter', 'commente', 'commentaire', 'répondre', 'réponds'],
    de: ['kommentar', 'kommentiere', 'kommentieren', 'antworte'],
  },
  note: {
    takes: 'number text',
    en: ['note', 'private note', 'private'],
    fr: ['note', 'note privée'],
    de: ['notiz', 'private notiz', 'interne notiz'],
  },
  due: { takes: 'number text', en: ['due'], fr: ['échéance'], de: ['fällig', 'fälligkeit', 'frist'] },
  tag: {
    takes: 'number text',
    en: ['tag', 'label'],
    fr: ['étiquette', 'étiqueter'],
    de: ['tag', 'markiere'],
  },
  follow: { takes: 'number', en: ['follow', 'watch'], fr: ['suivre', 'suis'], de: ['folge', 'folgen', 'beobachte'] },
  unfollow: {
    takes: 'number',
    en: ['unfollow', 'unwatch'],
    fr: ['ne plus suivre', 'ne pas suivre', 'arrêter de suivre'],
    de: ['entfolge', 'entfolgen', 'nicht mehr folgen', 'folge nicht mehr'],
  },
  switch: {
    takes: 'text',
    en: ['switch to', 'switch'],
    fr: ['changer', 'changer de service', "changer de service d'assistance", 'changer de support', 'changer pour'],
    de: ['wechsle zu', 'wechsle', 'wechseln zu', 'wechseln'],
  },
  settings: {
    takes: 'nothing',
    en: ['settings', 'notices', 'notifications'],
    fr: ['paramètres', 'préférences', 'notifications'],
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
    .replaceAll('’', "'")
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');

/** The longest words first, so that `new ticket` is not `new` with the title `ticket`. */
const PHRASES: Phrase[] = (Object.keys(COMMANDS) as CommandId[])
  .flatMap((id) => {
    const { takes, en, fr, de } = COMMANDS[id];
    return [...new Set([...en, ...fr, ...de].map(folded))].map((words) => ({ id, takes, words }));
  })
  .toSorted((left, right) => right.words.length - left.words.length);

/** A ticket as people name it: `42`, `#42`, `nr. 42`, `zu 42`, `le ticket n° 42`. */
const NUMBER =
  /^(?:(?:(?:the|to|on|das|dem|zum?|mir|le|au|du|sur|moi)\s+)*ticket\s*|(?:to|on|zu|sur)\s+)?(?:n[°o.]?\s*|nr\.?\s*)?#?\s*(\d{1,9})(?=$|[\s:,.!?-])[\s:,-]*/i;

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
  return commandAtEnd(text) ?? { id: 'sentence', text: written.trim() };
}

/** `Ticket 42 schließen`, `#42 done`: the number first and then nothing but the command, as German has it. */
function commandAtEnd(text: string): Meant | undefined {
  const match = NUMBER.exec(text);
  const words = match && folded(text.slice(match[0].length)).replace(/\s*[!.]+$/, '');
  const phrase = words && PHRASES.find((one) => one.words === words && one.takes.startsWith('number'));
  return phrase ? { id: phrase.id, number: Number(match[1]), text: '' } : undefined;
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
    // In French a blank stands before the mark.
    if (/^\s*[!.?]+$/.test(rest)) return '';
    if (rest === '' || /^[\s:,]/.test(rest) || words === '#') return rest.replace(/^[\s:,]+/, '');
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
  Low: ['low', 'basse', 'bas', 'faible', 'niedrig', 'gering'],
  Medium: ['medium', 'normal', 'moyenne', 'moyen', 'normale', 'mittel'],
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
    'kein',
    'keine',
    'keiner',
    'niemand',
    'niemandem',
    'nie',
    '-',
  ].includes(folded(text.trim()));
