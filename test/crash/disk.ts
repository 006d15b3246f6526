/** What happened to the files of a database, as `power-cut.c` noted it. */
export type Note =
  | { kind: 'write'; name: string; offset: number; data: Buffer }
  | { kind: 'truncate'; name: string; length: number }
  | { kind: 'sync'; name: string }
  | { kind: 'answer'; text: string };

const HEAD = 14;

export function readNotes(trace: Buffer): Note[] {
  const notes: Note[] = [];
  for (let at = 0; at < trace.length; ) {
    const kind = String.fromCharCode(trace[at]!);
    const nameEnd = at + HEAD + trace[at + 1]!;
    const end = nameEnd + trace.readUInt32LE(at + 2);
    const offset = Number(trace.readBigUInt64LE(at + 6));
    // The process was killed while it wrote this one.
    if (end > trace.length) break;
    const name = trace.toString('latin1', at + HEAD, nameEnd);
    const data = trace.subarray(nameEnd, end);
    if (kind === 'W') notes.push({ kind: 'write', name, offset, data });
    else if (kind === 'T') notes.push({ kind: 'truncate', name, length: offset });
    else if (kind === 'S') notes.push({ kind: 'sync', name });
    else notes.push({ kind: 'answer', text: data.toString() });
    at = end;
  }
  return notes;
}

type Unsynced = Extract<Note, { kind: 'write' | 'truncate' }>;

const SECTOR = 512;

/** A file of which some writes are not yet sure to be on the disk. */
class DiskFile {
  #synced: Buffer;
  #unsynced: Unsynced[] = [];

  constructor(content: Buffer) {
    this.#synced = content;
  }

  add(note: Unsynced): void {
    this.#unsynced.push(note);
  }

  sync(): void {
    this.#synced = changed(this.#synced, this.#unsynced);
    this.#unsynced = [];
  }

  /** One of the contents that the file may have after a power cut: any of the unsynced sectors have reached the disk. */
  afterPowerCut(survives: () => boolean): Buffer {
    return changed(
      this.#synced,
      this.#unsynced.flatMap((note) => torn(note, survives)),
    );
  }
}

function torn(note: Unsynced, survives: () => boolean): Unsynced[] {
  if (note.kind === 'truncate') return survives() ? [note] : [];
  const sectors: Unsynced[] = [];
  for (let at = 0; at < note.data.length; at += SECTOR) {
    const data = note.data.subarray(at, at + SECTOR);
    if (survives()) sectors.push({ ...note, offset: note.offset + at, data });
  }
  return sectors;
}

function changed(content: Buffer, notes: Unsynced[]): Buffer {
  const ends = notes.map((note) => (note.kind === 'truncate' ? note.length : note.offset + note.data.length));
  const after = Buffer.alloc(Math.max(content.length, ...ends));
  content.copy(after);
  let { length } = content;
  for (const [index, note] of notes.entries()) {
    if (note.kind === 'write') note.data.copy(after, note.offset);
    else after.fill(0, note.length);
    length = note.kind === 'write' ? Math.max(length, ends[index]!) : note.length;
  }
  return after.subarray(0, length);
}

/** The files of a folder on a disk that promises only what was synced. */
export class Disk {
  readonly #files = new Map<string, DiskFile>();

  constructor(files: { [name: string]: Buffer }) {
    for (const name in files) this.#files.set(name, new DiskFile(files[name]!));
  }

  add(note: Exclude<Note, { kind: 'answer' }>): void {
    const file = this.#files.get(note.name) ?? new DiskFile(Buffer.alloc(0));
    this.#files.set(note.name, file);
    if (note.kind === 'sync') file.sync();
    else file.add(note);
  }

  afterPowerCut(survives: () => boolean): [name: string, content: Buffer][] {
    return [...this.#files].map(([name, file]) => [name, file.afterPowerCut(survives)]);
  }
}
