import type { ReportsMessages } from './reports.en.ts';

const isOne = (count: string): boolean => count === '1';

export const de: ReportsMessages = {
  title: 'Berichte',
  forWhom: (from, to) => `${from} bis ${to}. Besitzer und Bearbeiter sehen diese Seite; sie ändert nichts.`,
  filter: (name, value) => `${name}: ${value}`,
  only: (parts) => `Nur Tickets mit ${parts}.`,
  noMatch: 'Kein Ticket passt zum Filter',
  noMatchText:
    'In diesem Zeitraum wurde keines erstellt, beantwortet oder gelöst, und jetzt ist keines offen. Entfernen Sie einen Filter oder wählen Sie einen anderen Zeitraum.',
  tooMuch:
    'Das ist zu viel für einen Bericht. Wählen Sie einen kürzeren Zeitraum, höchstens ein Jahr, oder einen Filter.',
  notForYou: 'Berichte sind für die, die Tickets bearbeiten',
  notForYouText:
    'Ihre Rolle in diesem Helpdesk umfasst die Berichte nicht. Ihre eigenen Tickets stehen unter „Meine Tickets“.',
  backToTickets: 'Zurück zu den Tickets',
  period: 'Zeitraum',
  periods: {
    '7': 'Letzte 7 Tage',
    '30': 'Letzte 30 Tage',
    '90': 'Letzte 90 Tage',
    month: 'Dieser Monat',
    lastMonth: 'Letzter Monat',
    year: 'Dieses Jahr',
    own: 'Von … bis …',
  },
  from: 'Erster Tag',
  to: 'Letzter Tag',
  day: 'Tag',
  age: 'Alter',
  state: 'Status',
  tickets: 'Tickets',
  none: '–',
  nobody: 'Keine Angabe',
  asTable: 'Als Tabelle',
  asOf: (when) => `Stand: ${when}. Gezählt wird die gesamte verstrichene Zeit, auch nachts und an Feiertagen.`,
  minutes: (minutes) => `${minutes} Min.`,
  hours: (hours, minutes) => (minutes > 0 ? `${hours} Std. ${minutes} Min.` : `${hours} Std.`),
  days: (days, hours) => `${days} ${days === 1 ? 'Tag' : 'Tage'}${hours > 0 ? ` ${hours} Std.` : ''}`,
  figures: {
    title: 'Zahlen des Zeitraums',
    created: { name: 'Erstellt', text: 'neue Tickets' },
    resolved: { name: 'Gelöst', text: 'abgeschlossene Tickets' },
    reopened: { name: 'Wieder geöffnet', text: 'so oft kam ein Ticket zurück' },
    firstResponse: {
      name: 'Erste Antwort',
      text: (p90, count) =>
        isOne(count)
          ? 'bei 1 Ticket gemessen'
          : `die Hälfte von ${count} war früher beantwortet, bei 90 % dauerte es höchstens ${p90}`,
    },
    resolution: {
      name: 'Zeit bis zur Lösung',
      text: (p90, count) =>
        isOne(count)
          ? 'bei 1 Ticket gemessen'
          : `die Hälfte von ${count} war früher gelöst, bei 90 % dauerte es höchstens ${p90}`,
    },
    nothingMeasured: 'in diesem Zeitraum nichts gemessen',
    open: { name: 'Jetzt offen', text: 'Tickets, die jetzt warten oder in Arbeit sind' },
  },
  change: {
    more: (percent, before, days) =>
      `${percent ? `${percent} mehr` : 'mehr'} als in den ${days} Tagen davor (${before})`,
    less: (percent, before, days) =>
      `${percent ? `${percent} weniger` : 'weniger'} als in den ${days} Tagen davor (${before})`,
    same: (days) => `wie in den ${days} Tagen davor`,
    unknown: (days) => `in den ${days} Tagen davor nichts zum Vergleich`,
  },
  charts: {
    perDay: {
      title: 'Eingang und Ausgang je Tag',
      summary: (created, resolved) =>
        `${created} ${isOne(created) ? 'Ticket wurde' : 'Tickets wurden'} erstellt und ${resolved} gelöst.`,
      busiest: (day, count) => `Die meisten kamen am ${day}: ${count}.`,
    },
    ages: {
      title: 'Offene Tickets nach Alter',
      summary: (total, old) =>
        `${total} ${isOne(total) ? 'Ticket ist' : 'Tickets sind'} offen, ${old} seit einer Woche oder länger.`,
    },
    states: {
      title: 'Offene Tickets nach Status',
      summary: (label, count, total) => `Die meisten haben den Status „${label}“: ${count} von ${total}.`,
      none: 'Kein Ticket ist offen.',
    },
  },
  ages: {
    '0-1': 'unter 1 Tag',
    '1-3': '1 bis 3 Tage',
    '3-7': '3 bis 7 Tage',
    '7-30': '7 bis 30 Tage',
    '30-': 'über 30 Tage',
  },
  groups: {
    titles: {
      assignee: 'Nach Zuständigen',
      priority: 'Nach Priorität',
      tag: 'Nach Tags',
      requestor: 'Nach Anfragenden',
    },
    titleOf: (name) => `Nach „${name}“`,
    choose: 'Gruppieren nach',
    by: { assignee: 'Zuständige', priority: 'Priorität', tag: 'Tags', requestor: 'Anfragende' },
    summary: (count, first, created, resolved, open) =>
      `${count} ${isOne(count) ? 'Gruppe' : 'Gruppen'}. Zuerst kommt ${first}: ${created} erstellt, ${resolved} gelöst und ${open} jetzt offen.`,
    none: 'Kein Ticket in diesem Zeitraum.',
    columns: [
      'Erstellt',
      'Gelöst',
      'Jetzt offen',
      'Erste Antwort, die Hälfte in',
      '90 % innerhalb von',
      'Lösung, die Hälfte in',
      '90 % innerhalb von',
    ],
  },
  formats: { csv: 'CSV', xlsx: 'Excel' },
  download: (format) => `Als ${format} herunterladen`,
  downloaded: (file) => `${file} gespeichert`,
};
