/** Texts that look like those of a help desk, always the same for the same seed. */

/** Numbers from 0 up to 1, always the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

/** As many different ones of a list as there are, up to `count`, in any order. */
export function sample<T>(random: () => number, list: readonly T[], count: number): T[] {
  const rest = [...list];
  for (let i = 0; i < Math.min(count, rest.length); i++) {
    const other = i + Math.floor(random() * (rest.length - i));
    [rest[i], rest[other]] = [rest[other]!, rest[i]!];
  }
  return rest.slice(0, count);
}

const LINKS = `the and is to a my in it on not for since i of with when please this that was after can we but no have at
  be from as has there again still`.split(/\s+/);

const STEMS = `access account adapt agent alarm align answer archive assign attach badge balance battery bill board boot
  branch bridge browser budget build cable cache calendar camera cancel card cart chain chair change charge chart check
  circuit clean click client clock cloud coffee collect color comment compress confirm connect contact content contract
  control copy count cover crash cursor custom damage daemon dark data deal delay delete deliver deposit desk detail
  device dial direct disk display dock document domain door download draft drain driver drop elevator email encrypt
  engine enter error event exchange exit expand export extend factor fail fan feature field file filter finance finger
  firewall fix flash flicker floor folder font form format forward frame freeze gateway glass grant graph green group
  guest handle hang headset heat help hotspot human icon image import inbox index input insert install invoice island
  issue jacket join jump kernel keyboard kitchen label lamp laptop launch layer learn leave ledger lens letter level
  library license light limit link load lock login loop machine mail manage map margin mask meeting member memory menu
  merge message meter microphone mirror mobile module monitor mount mouse move network noise note notebook number office
  open order outlet output package page paint panel paper park parse partner password patch pattern pause payroll phone
  picture plan plant plug point policy port portal post power present press price print process profile program project
  prompt protect proxy publish purchase push query queue radio rack range reader rebuild receipt record refresh region
  remote rent repair replace report request reset resource restart return review ring roof room rotate route router
  sample save scan schedule scooter screen script search season seat secure select send sensor server session shadow
  share sheet shelf shift ship shop signal sketch slide socket sound speaker spring stack stair stamp station storage
  store stream string submit supply support surface switch symbol sync system table tablet template tenant test text
  theme thread ticket timer token tool touch track train transfer travel tunnel update upgrade upload user vacuum valve
  vendor version video visitor voice volume wait wall warehouse water web wheel window wire work yard zone`.split(
  /\s+/,
);

const ENDINGS = ['', 's', 'ed', 'ing', 'er', 'able', 'less', 'ly', 'ment', 'ness', 'room', 'side'];

const vocabulary = [
  ...LINKS,
  ...sample(
    randomNumbers(1),
    STEMS.flatMap((stem) => ENDINGS.map((ending) => stem + ending)),
    Number.POSITIVE_INFINITY,
  ),
];

/** The word of rank n comes up in proportion to 1 / n, as in any language (Zipf); here as running sums. */
const upTo: number[] = [];
for (let rank = 1; rank <= vocabulary.length; rank++) upTo.push((upTo.at(-1) ?? 0) + 1 / rank);

function word(random: () => number): string {
  const wanted = random() * upTo.at(-1)!;
  let [low, high] = [0, upTo.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (upTo[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return vocabulary[low]!;
}

const SENTENCE = 12;

/** So many words, in sentences. */
export function text(random: () => number, words: number): string {
  const sentences: string[] = [];
  for (let left = words; left > 0; left -= SENTENCE) {
    const sentence = Array.from({ length: Math.min(SENTENCE, left) }, () => word(random)).join(' ');
    sentences.push(`${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`);
  }
  return sentences.join(' ');
}

/** Words of which each stands in about every tenth ticket. */
export const COMMON_WORDS = vocabulary.slice(LINKS.length + 5, LINKS.length + 105);

/** A word put together from two usual ones, so that each of its parts is in many texts, but not the whole. */
export const rareName = (index: number): string =>
  STEMS[(index * 7) % STEMS.length]! + STEMS[(index * 11 + Math.floor(index / STEMS.length)) % STEMS.length]!;

/** A serial number. */
export const rareCode = (random: () => number): string =>
  `SN-${Array.from({ length: 8 }, () => pick(random, [...'0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'])).join('')}`;
