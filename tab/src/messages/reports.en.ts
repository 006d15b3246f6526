/** What the reports say, in English; the other languages have the same keys. */

const isOne = (count: string): boolean => count === '1';

export const en = {
  title: 'Reports',
  forWhom: (from: string, to: string) => `${from} to ${to}. Owners and agents see this page; it changes nothing.`,
  filter: (name: string, value: string) => `${name}: ${value}`,
  only: (parts: string) => `Only tickets with ${parts}.`,
  noMatch: 'No ticket matches the filter',
  noMatchText:
    'None came in, was answered or resolved in this period, and none is open now. Take off a filter or choose another period.',
  tooMuch: 'That is too much for one report. Choose a shorter period, at most a year, or a filter.',
  notForYou: 'Reports are for those who work the tickets',
  notForYouText: 'Your role in this help desk does not include its reports. Your own tickets are under “My tickets”.',
  backToTickets: 'Back to the tickets',
  period: 'Period',
  periods: {
    '7': 'Last 7 days',
    '30': 'Last 30 days',
    '90': 'Last 90 days',
    month: 'This month',
    lastMonth: 'Last month',
    year: 'This year',
    own: 'From … to …',
  },
  from: 'First day',
  to: 'Last day',
  day: 'Day',
  age: 'Age',
  state: 'Status',
  tickets: 'Tickets',
  none: '–',
  nobody: 'None',
  asTable: 'As a table',
  asOf: (when: string) => `Figures of ${when}. Times are elapsed times, nights and holidays included.`,
  minutes: (minutes: string) => `${minutes} min`,
  hours: (hours: number, minutes: number) => (minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`),
  days: (days: number, hours: number) => (hours > 0 ? `${days} d ${hours} h` : `${days} d`),
  figures: {
    title: 'Figures of the period',
    created: { name: 'Created', text: 'new tickets' },
    resolved: { name: 'Resolved', text: 'tickets brought to an end' },
    reopened: { name: 'Reopened', text: 'times a ticket came back' },
    firstResponse: {
      name: 'First response',
      text: (p90: string, count: string) =>
        isOne(count) ? 'measured on 1 ticket' : `half of ${count} were answered sooner, 90 % within ${p90}`,
    },
    resolution: {
      name: 'Time to resolution',
      text: (p90: string, count: string) =>
        isOne(count) ? 'measured on 1 ticket' : `half of ${count} were resolved sooner, 90 % within ${p90}`,
    },
    nothingMeasured: 'nothing measured in this period',
    open: { name: 'Open now', text: 'tickets waiting or in work at this moment' },
  },
  change: {
    more: (percent: string, before: string, days: string) =>
      `${percent ? `${percent} more` : 'more'} than in the ${days} days before (${before})`,
    less: (percent: string, before: string, days: string) =>
      `${percent ? `${percent} less` : 'less'} than in the ${days} days before (${before})`,
    same: (days: string) => `as in the ${days} days before`,
    unknown: (days: string) => `nothing to compare with in the ${days} days before`,
  },
  charts: {
    perDay: {
      title: 'In and out, day by day',
      summary: (created: string, resolved: string) =>
        `${created} ticket${isOne(created) ? ' was' : 's were'} created and ${resolved} resolved.`,
      busiest: (day: string, count: string) => `The most came on ${day}: ${count}.`,
    },
    ages: {
      title: 'Open tickets by age',
      summary: (total: string, old: string) =>
        `${total} ticket${isOne(total) ? ' is' : 's are'} open, ${old} for a week or longer.`,
    },
    states: {
      title: 'Open tickets by status',
      summary: (label: string, count: string, total: string) => `Most are in “${label}”: ${count} of ${total}.`,
      none: 'No ticket is open.',
    },
  },
  ages: {
    '0-1': 'under 1 day',
    '1-3': '1 to 3 days',
    '3-7': '3 to 7 days',
    '7-30': '7 to 30 days',
    '30-': 'over 30 days',
  },
  groups: {
    titles: { assignee: 'By assignee', priority: 'By priority', tag: 'By tag', requestor: 'By requestor' },
    titleOf: (name: string) => `By “${name}”`,
    choose: 'Group by',
    by: { assignee: 'Assignee', priority: 'Priority', tag: 'Tag', requestor: 'Requestor' },
    summary: (count: string, first: string, created: string, resolved: string, open: string) =>
      `${count} group${isOne(count) ? '' : 's'}. First is ${first} with ${created} created, ${resolved} resolved and ${open} open now.`,
    none: 'No ticket in this period.',
    columns: [
      'Created',
      'Resolved',
      'Open now',
      'First response, half within',
      '90 % within',
      'Resolution, half within',
      '90 % within',
    ],
  },
  formats: { csv: 'CSV', xlsx: 'Excel' },
  download: (format: string) => `Download as ${format}`,
  downloaded: (file: string) => `${file} saved`,
};

export type ReportsMessages = typeof en;
