import type { Origin, Priority } from './contract/tickets.ts';
import type { Person } from './contract/wire.ts';

/** Everybody in the demo: eight colleagues, two who answer, and a machine that is known only by its mail address. */
export const PEOPLE = {
  aisha: person('a6ca7fe5-8678-4298-9721-d0e1e258969c', 'Aisha Okafor', 'aisha.okafor@contoso.com'),
  daniel: person('0e7f7d8d-0a31-4a79-b5d7-16dd04d0b73f', 'Daniel Osei', 'daniel.osei@contoso.com'),
  julien: person('4ee38745-318e-4ecc-ac1f-54e75f61cd0d', 'Julien Mercier', 'julien.mercier@contoso.com'),
  keiko: person('918be9b8-ab3c-4c7f-bd4f-d5a3535dc26c', 'Keiko Tanabe', 'keiko.tanabe@contoso.com'),
  lukas: person('faa93d28-89ac-48ca-9496-3bdeefdeba7f', 'Lukas Brandt', 'lukas.brandt@contoso.com'),
  priya: person('f1ed87f4-b6e3-4143-89b7-8a0db6c70c98', 'Priya Raman', 'priya.raman@contoso.com'),
  sofia: person('b39be330-5e83-4f53-8140-6259ed44e9e8', 'Sofia Ferreira', 'sofia.ferreira@contoso.com'),
  tomasz: person('f7d133d8-3177-4bf8-85b7-067275b2b068', 'Tomasz Nowicki', 'tomasz.nowicki@contoso.com'),
  hanna: person('16cfa902-b589-483c-a78e-f11abc090de9', 'Hanna Lindqvist', 'hanna.lindqvist@contoso.com'),
  marco: person('9ab69d1c-f1be-4930-b853-511a3a13e3fd', 'Marco Bellini', 'marco.bellini@contoso.com'),
  monitoring: person('monitoring@contoso.com', 'monitoring@contoso.com', 'monitoring@contoso.com'),
};
export type PersonName = keyof typeof PEOPLE;

function person(id: string, name: string, email: string): Person {
  return { id, name, email };
}

/** Those who answer. */
export const AGENTS = ['marco', 'hanna'] as const satisfies PersonName[];
type AgentName = (typeof AGENTS)[number];

/** The options of the custom field Location, by text. */
export const LOCATIONS = {
  'Berlin office': 'f72541a9-c964-4c81-bc1a-4f1f2d948416',
  'Hamburg office': '6ebc4111-758d-4674-be8c-1065420b44bb',
  'Leipzig warehouse': 'ec13d01e-6d04-4206-a4dc-d0f8a18228cf',
  'Home office': '25166a81-8972-4e4e-bb71-a82a8f6f847c',
  'On the road': '7fdbd25e-8791-4924-9be7-ed520b2897d3',
};

/** The options of the custom field Affected services, by text. */
export const SERVICES = {
  'Email and calendar': '70d42d78-899a-4d5e-8cf0-79a0e4a6b0b1',
  'Network and VPN': 'fe68df23-432e-4c0f-9841-a018b7f46d0b',
  Teams: '32816666-4ca3-4d33-904f-fc00462f7f2c',
  SharePoint: '7b7a3356-2d36-42c5-b1a0-72412a55eae2',
  Printing: '3f0a06c4-8e61-4010-8805-0b81b79f7deb',
  'Sign-in': '92486972-cfe6-49bf-8c57-530b241fdf78',
  'Building access': '0ff321a8-c764-496a-b919-db1343f154da',
};

/** The tag categories. A tag stands in one of them only, so its text names it. */
export const TAG_CATEGORIES = [
  {
    id: '2283653a-8d36-40eb-9a68-73eb3b331811',
    text: 'Topic',
    color: '#0078d4',
    tags: ['Laptop', 'Monitor', 'Phone', 'Printer', 'Network', 'Email', 'Files', 'Software', 'Account', 'Security'],
  },
  {
    id: '68731208-7648-4ce7-9dc5-b0c26c0c89a6',
    text: 'Department',
    color: '#107c10',
    tags: ['IT', 'HR', 'Facilities'],
  },
  {
    id: '924d161b-b39f-4330-9544-5cf0ee70a108',
    text: 'Kind',
    color: '#ca5010',
    tags: ['Incident', 'Request', 'Question', 'Waiting for supplier'],
  },
] as const;
type TagText = (typeof TAG_CATEGORIES)[number]['tags'][number];

/** The custom fields of a ticket, each under what it asks. */
export interface DemoForm {
  location?: keyof typeof LOCATIONS;
  services?: (keyof typeof SERVICES)[];
  colleagues?: PersonName[];
  assetTag?: string;
  stepsToReproduce?: string;
  blocksMyWork?: boolean;
  /** Counted from today. */
  neededInDays?: number;
}

/** What those who answer decide about a ticket, when it is opened or later. */
export interface DemoTriage {
  priority?: Priority;
  assignee?: AgentName;
  /** Counted from today; a negative one has passed. */
  dueInDays?: number;
  tags?: TagText[];
}

/** What one step does. */
type DemoAct =
  | { comment: string }
  /** A private comment. */
  | { by: AgentName; note: string }
  | { link: { src: string; caption: string }; comment?: string }
  | {
      status: 'Started' | 'Pending' | 'Resolved' | 'Closed' | 'Reopened';
      resolution?: 'fixed' | 'cannotResolve' | 'cancelled';
      comment?: string;
    }
  | { by: AgentName; triage: DemoTriage };

/** How long, in minutes, hours or days. */
export type Duration = `${number}${'m' | 'h' | 'd'}`;

/** Something that somebody did with a ticket, some time after the step before it (the first: after it was opened). */
export type DemoStep = { after: Duration; by: PersonName } & DemoAct;

/** `through` is the requestor's door; those who answer use the tab. `by` is who opened it for the requestor. */
export type Opening = { requestor: PersonName; through: Origin; by?: PersonName } & (
  | { daysAgo: number; at: `${number}:${number}` }
  | { ago: Duration }
);

/** A ticket and its history. Of a ticket that is days old, the last step is on the day before today at the latest. */
export interface DemoTicket {
  title: string;
  description: string;
  opened: Opening;
  triage: DemoTriage;
  form?: DemoForm;
  steps?: DemoStep[];
}

/** From the oldest to the newest. */
export const DEMO_TICKETS: DemoTicket[] = [
  {
    title: 'Printer on the second floor prints everything pink',
    description: 'Since Monday every page has a pink veil. The offers for tomorrow cannot go out like that.',
    opened: { daysAgo: 27, at: '10:05', requestor: 'sofia', through: 'email' },
    triage: { priority: 'Low', dueInDays: -24, tags: ['Printer', 'Facilities'] },
    form: { location: 'Berlin office', services: ['Printing'], assetTag: 'PRN-0207' },
    steps: [
      { after: '1h', by: 'marco', triage: { assignee: 'hanna' } },
      { after: '1h', by: 'hanna', status: 'Started', comment: 'On my way with a new magenta cartridge.' },
      { after: '50m', by: 'sofia', comment: 'It prints green now. Is that progress?' },
      { after: '10m', by: 'hanna', note: 'Drum is worn. Covered by the Fabrikam contract.' },
      { after: '5m', by: 'hanna', status: 'Pending', comment: 'A technician comes tomorrow, 9 to 11.' },
      { after: '1d', by: 'hanna', status: 'Resolved', resolution: 'fixed', comment: 'New drum, and white is white.' },
      { after: '3h', by: 'sofia', status: 'Closed', comment: 'The offers look splendid. Thank you!' },
    ],
  },
  {
    title: 'New colleague: laptop, accounts and badge for Mehmet Aydin',
    description:
      'Mehmet joins the backend team under Lukas. He needs a developer laptop, the usual accounts, access to the ' +
      'source repositories and a badge for Berlin. He works from home on his second day, so please with VPN.',
    opened: { daysAgo: 26, at: '09:20', requestor: 'aisha', through: 'tab' },
    triage: { priority: 'Important', assignee: 'marco', dueInDays: -19, tags: ['Laptop', 'Account', 'HR', 'Request'] },
    form: { location: 'Berlin office', colleagues: ['lukas'], neededInDays: -19 },
    steps: [
      { after: '1h', by: 'marco', status: 'Started', comment: '@Lukas: 14 or 16 inches? Linux or Windows?' },
      { after: '35m', by: 'lukas', comment: '16 inches, Windows with WSL. And 32 GB please, he will build all day.' },
      { after: '5m', by: 'aisha', link: { src: 'https://hr.contoso.com/aydin', caption: 'Onboarding checklist' } },
      { after: '2d', by: 'marco', comment: 'Laptop CT-4502 is here. Accounts come the evening before he starts.' },
      { after: '4d', by: 'marco', status: 'Resolved', resolution: 'fixed', comment: 'Everything is on his desk.' },
      { after: '1d', by: 'lukas', comment: 'First pull request before lunch. Best onboarding so far.' },
      { after: '2h', by: 'aisha', status: 'Closed' },
    ],
  },
  {
    title: 'Please order a second mouse for me',
    description: 'The vertical one, as in the catalogue. Mine has disappeared after the workshop.',
    opened: { daysAgo: 24, at: '13:15', requestor: 'keiko', through: 'bot' },
    triage: { priority: 'Low', tags: ['Request'] },
    steps: [
      { after: '3h', by: 'keiko', status: 'Resolved', resolution: 'cancelled', comment: 'It was in my other bag.' },
      { after: '20m', by: 'hanna', status: 'Closed', comment: 'The best kind of order.' },
    ],
  },
  {
    title: 'Access denied when I open the forecast in SharePoint',
    description: 'Yesterday it worked. The board meeting is on Thursday and I have to finish the figures.',
    opened: { daysAgo: 22, at: '08:50', requestor: 'julien', through: 'tab' },
    triage: { priority: 'Important', assignee: 'marco', dueInDays: -21, tags: ['Files', 'Account', 'Incident'] },
    form: {
      location: 'Berlin office',
      services: ['SharePoint'],
      blocksMyWork: true,
      stepsToReproduce: '1. Finance site, Documents, Forecast\n2. Open "Forecast Q4.xlsx"\n3. "You need permission"',
    },
    steps: [
      { after: '25m', by: 'marco', status: 'Started', comment: 'Do your colleagues in finance have it too?' },
      { after: '10m', by: 'julien', comment: 'Only me. I was moved to Controlling last week, if that matters.' },
      { after: '15m', by: 'marco', note: 'The move took him out of FIN-Forecast-Edit.' },
      { after: '5m', by: 'marco', status: 'Resolved', resolution: 'fixed', comment: 'You are in again.' },
      { after: '1d', by: 'julien', status: 'Closed', comment: 'Works, thanks.' },
    ],
  },
  {
    title: 'Export of my contacts from the old CRM',
    description: 'Before 2015 we kept trade fair contacts in the old CRM. Can I have mine as a spreadsheet?',
    opened: { daysAgo: 21, at: '15:30', requestor: 'daniel', through: 'email' },
    triage: { priority: 'Low', assignee: 'marco', dueInDays: -14, tags: ['Software', 'Question'] },
    steps: [
      { after: '1d', by: 'marco', status: 'Started', comment: 'I will look whether a backup is left.' },
      { after: '3d', by: 'marco', comment: 'It was deleted in 2021, and no backup reaches back that far. Sorry!' },
      { after: '1m', by: 'marco', status: 'Resolved', resolution: 'cannotResolve' },
      { after: '2h', by: 'daniel', status: 'Closed', comment: 'I feared as much. Thanks for looking.' },
    ],
  },
  {
    title: 'Badge does not open the side entrance after six',
    description: 'The late shift has to walk around the building. In the rain that is no fun.',
    opened: { daysAgo: 18, at: '08:15', requestor: 'tomasz', through: 'email' },
    triage: { priority: 'Medium', assignee: 'hanna', dueInDays: 3, tags: ['Facilities', 'Security', 'Incident'] },
    form: { location: 'Leipzig warehouse', services: ['Building access'] },
    steps: [
      { after: '4h', by: 'hanna', status: 'Started', comment: 'Only badges of the late shift, or all of them?' },
      { after: '2h', by: 'tomasz', comment: 'All. Mine too. At 17:59 it opens, at 18:01 it blinks red.' },
      { after: '1d', by: 'hanna', note: 'The schedule is right, but the reader forgets it.' },
      { after: '1h', by: 'hanna', triage: { tags: ['Facilities', 'Security', 'Waiting for supplier'] } },
      { after: '2m', by: 'hanna', status: 'Pending', comment: 'The reader has to be replaced; it is ordered.' },
      { after: '11d', by: 'tomasz', comment: 'Any news? It rained again.' },
      { after: '1h', by: 'hanna', comment: 'The supplier promises it for the end of this week. I call them daily.' },
    ],
  },
  {
    title: 'Both monitors go black several times a day',
    description:
      'On the dock both screens go dark for ten seconds and come back, four or five times a day, mostly in calls. ' +
      'Dock and cables were swapped with those of a free desk: the same.',
    opened: { daysAgo: 16, at: '09:10', requestor: 'lukas', through: 'tab' },
    triage: { priority: 'Medium', assignee: 'marco', dueInDays: 2, tags: ['Monitor', 'Laptop', 'Incident'] },
    form: { location: 'Berlin office', assetTag: 'CT-4188', blocksMyWork: false },
    steps: [
      { after: '3h', by: 'marco', status: 'Started', comment: 'Which firmware does the dock show in the update tool?' },
      { after: '40m', by: 'lukas', comment: '1.0.14. The tool says it is the newest, dated two years ago.' },
      { after: '15m', by: 'marco', comment: 'It is not. I send you 1.2.3; it takes ten minutes, do not unplug.' },
      { after: '5m', by: 'marco', link: { src: 'https://it.contoso.com/dock-1.2.3.zip', caption: 'Firmware 1.2.3' } },
      { after: '2d', by: 'lukas', comment: 'Two days without a blackout. I dare to call it fixed.' },
      { after: '1h', by: 'marco', status: 'Resolved', resolution: 'fixed', comment: 'Firmware 1.2.3 was it.' },
      { after: '9d', by: 'lukas', status: 'Reopened', comment: 'I called it too early: three times since Thursday.' },
      { after: '2h', by: 'marco', comment: 'Then I suspect the graphics driver. Can I have the laptop for an hour?' },
      { after: '20m', by: 'lukas', comment: 'Tomorrow during lunch. Take good care of it.' },
      { after: '1d', by: 'marco', note: 'Same fault on CT-4190 and CT-4193: all one batch.' },
    ],
  },
  {
    title: 'Payslip of last month is missing in the portal',
    description: 'The list ends with the month before. My bank needs the last three.',
    opened: { daysAgo: 15, at: '10:40', requestor: 'priya', through: 'bot' },
    triage: { priority: 'Medium', assignee: 'hanna', dueInDays: -12, tags: ['HR', 'Question'] },
    form: { location: 'Hamburg office', neededInDays: -10 },
    steps: [
      { after: '3h', by: 'hanna', note: 'Asked Aisha: the change of address held it back. She releases it now.' },
      { after: '15m', by: 'hanna', status: 'Resolved', resolution: 'fixed', comment: 'It should be there now.' },
      { after: '1d', by: 'priya', comment: 'It is. The bank is happy, so I am happy.' },
    ],
  },
  {
    title: 'Hand scanners lose the Wi-Fi at the back of hall 2',
    description:
      'From rack 40 on, the scanners lose the connection and the pick list is gone. The team walks to the gate to ' +
      'scan, which costs us about an hour per shift. It began when the new racks were filled.',
    opened: { daysAgo: 14, at: '08:30', requestor: 'tomasz', through: 'email' },
    triage: { priority: 'Medium', assignee: 'marco', dueInDays: 2, tags: ['Network', 'Incident'] },
    form: { location: 'Leipzig warehouse', services: ['Network and VPN'], blocksMyWork: true, assetTag: 'AP-L2-07' },
    steps: [
      { after: '1h', by: 'marco', status: 'Started', comment: 'What is stored in the new racks?' },
      { after: '30m', by: 'tomasz', comment: 'Steel shelves and canned soup, eight metres high.' },
      { after: '10m', by: 'marco', comment: 'So a wall of metal before the antenna. I come over on Wednesday.' },
      { after: '10m', by: 'marco', triage: { priority: 'Important' } },
      { after: '3d', by: 'marco', comment: 'Nothing reaches racks 40 to 55. The rear wall needs two antennas.' },
      { after: '9m', by: 'marco', link: { src: 'https://it.contoso.com/hall-2.pdf', caption: 'Survey of hall 2' } },
      { after: '1h', by: 'marco', note: 'Two antennas and 60 m of cable: 1,180 EUR. Asked Julien.' },
      { after: '1d', by: 'marco', note: 'Julien approves, cost centre 4410.' },
      { after: '5d', by: 'tomasz', comment: 'The electrician pulled the cable today. When do the antennas come?' },
      { after: '2h', by: 'marco', comment: 'They are here and set up. I mount them on my next visit, this week.' },
    ],
  },
  {
    title: 'BKP-02: volume D: is 91 % full',
    description: 'Threshold 90 %\nHost bkp-02.contoso.com\nVolume D: 7.28 TB, 0.65 TB free\nGrowth 42 GB per day',
    opened: { daysAgo: 13, at: '07:45', requestor: 'monitoring', through: 'api' },
    triage: { priority: 'Important', assignee: 'marco', tags: ['IT', 'Incident'] },
    steps: [
      { after: '50m', by: 'marco', status: 'Started', comment: 'A test restore of last month was never deleted.' },
      { after: '2h', by: 'marco', status: 'Closed', comment: 'Deleted: 63 %. Clean-up is now part of the test.' },
    ],
  },
  {
    title: 'Strange mail from our CEO about gift cards',
    description:
      'She asks me to buy ten gift cards "for a surprise" and to send the codes. The address ends in ' +
      'contoso-mail.net. I have not answered. Did others get it?',
    opened: { daysAgo: 12, at: '11:25', requestor: 'julien', through: 'email' },
    triage: { priority: 'Urgent', assignee: 'hanna', dueInDays: -12, tags: ['Email', 'Security'] },
    form: { services: ['Email and calendar'], colleagues: ['aisha', 'sofia'] },
    steps: [
      { after: '4m', by: 'hanna', status: 'Started', comment: 'Well spotted, it is fraud. Do not answer or click.' },
      { after: '12m', by: 'hanna', note: '14 mailboxes got it. Removed from all; domain blocked.' },
      { after: '20m', by: 'sofia', comment: 'I got it too and had one foot in the shop. Glad that I asked Julien.' },
      { after: '1h', by: 'hanna', status: 'Resolved', resolution: 'fixed', comment: 'Removed from every mailbox.' },
    ],
  },
  {
    title: 'Licence for the drawing tool',
    description: 'My trial ends this month. I draw all campaign graphics with it; the yearly plan is the cheapest.',
    opened: { daysAgo: 11, at: '10:15', requestor: 'keiko', through: 'tab' },
    triage: { priority: 'Low', assignee: 'hanna', dueInDays: 6, tags: ['Software', 'Request'] },
    form: { location: 'Home office', neededInDays: 8 },
    steps: [
      { after: '1d', by: 'hanna', comment: 'Gladly. Above 200 EUR I need the approval of your lead. Who is it now?' },
      { after: '4h', by: 'keiko', comment: 'Priya, until the new head of marketing starts.' },
      { after: '10m', by: 'hanna', status: 'Pending', comment: 'Asked Priya. I order as soon as she agrees.' },
    ],
  },
  {
    title: 'My name has changed: Almeida becomes Ferreira',
    description: 'HR has the papers. Please change account, mail address, badge and the sign at my door.',
    opened: { daysAgo: 10, at: '09:30', requestor: 'sofia', through: 'tab' },
    triage: { priority: 'Medium', assignee: 'hanna', dueInDays: -7, tags: ['Account', 'HR', 'Request'] },
    form: { location: 'Berlin office', services: ['Email and calendar', 'Building access'], neededInDays: -7 },
    steps: [
      { after: '2h', by: 'hanna', status: 'Started', comment: 'Congratulations! The old address goes on working.' },
      { after: '1d', by: 'hanna', note: 'HR confirms, the registry extract is in her file.' },
      { after: '1d', by: 'hanna', status: 'Resolved', resolution: 'fixed', comment: 'Done. Your new badge is here.' },
      { after: '1h', by: 'sofia', comment: 'Even the coffee list knows me. Thank you!' },
    ],
  },
  {
    title: 'VPN drops every twenty minutes at home',
    description: 'Since the update last week. It reconnects by itself, but every upload starts again from zero.',
    opened: { daysAgo: 9, at: '09:55', requestor: 'daniel', through: 'bot' },
    triage: { priority: 'Medium', dueInDays: -1, tags: ['Network', 'Laptop', 'Incident'] },
    form: {
      location: 'Home office',
      services: ['Network and VPN'],
      assetTag: 'CT-4471',
      blocksMyWork: true,
      stepsToReproduce: '1. Connect at home\n2. Upload a large file to the project share\n3. Wait twenty minutes',
    },
    steps: [
      { after: '15m', by: 'hanna', triage: { assignee: 'marco', priority: 'Important' } },
      { after: '25m', by: 'marco', status: 'Started', comment: 'By cable or by Wi-Fi? And which router is it?' },
      { after: '1h', by: 'daniel', comment: 'Wi-Fi, the box of the provider. By cable it is the same, I tried.' },
      { after: '20m', by: 'marco', comment: 'Please send me the client log: right click on the icon, "Export log".' },
      {
        after: '2h',
        by: 'daniel',
        link: { src: 'https://contoso.sharepoint.com/personal/daniel_osei/vpn.log', caption: 'VPN log of today' },
        comment: 'Drops at 10:02, 10:22 and 10:42. You can set the clock by it.',
      },
      { after: '1d', by: 'marco', note: 'Key renewal fails in client 5.8, a known fault.' },
      {
        after: '1h',
        by: 'marco',
        comment:
          'Found: the new client fails when it renews its keys, which is every twenty minutes.\n\nA corrected ' +
          'version is promised for next month. Until then I can put the old client back. Shall I?',
      },
      { after: '15m', by: 'daniel', comment: 'Please! Tonight after six would be perfect.' },
      { after: '1d', by: 'marco', comment: 'The old client is back. Please watch it for a few days.' },
      { after: '4d', by: 'daniel', comment: 'Not one drop. Leave it like this for ever?' },
      { after: '1h', by: 'marco', comment: 'Tempting, but no. I update you when 5.8.1 has passed our tests.' },
    ],
  },
  {
    title: 'Coffee machine on the third floor shows E-61',
    description: 'It grinds, thinks, and gives up. Morale is at risk.',
    opened: { daysAgo: 8, at: '08:55', requestor: 'lukas', through: 'bot' },
    triage: { priority: 'Low', dueInDays: -2, tags: ['Facilities'] },
    form: { location: 'Berlin office', colleagues: ['keiko', 'julien'] },
    steps: [
      { after: '2h', by: 'keiko', comment: 'Descaling did not help. We have tried everything short of tea.' },
      { after: '3d', by: 'lukas', comment: 'The engineering team now walks to the second floor. All of it.' },
    ],
  },
  {
    title: 'Meeting room Spree: the camera shows everybody upside down',
    description: 'Since the cleaning on the weekend. Customers laugh, we no longer do.',
    opened: { daysAgo: 7, at: '09:05', requestor: 'keiko', through: 'bot' },
    triage: { priority: 'Medium', assignee: 'hanna', dueInDays: -6, tags: ['Facilities', 'Incident'] },
    form: { location: 'Berlin office', services: ['Teams'], assetTag: 'CAM-SPREE' },
    steps: [
      { after: '30m', by: 'hanna', status: 'Started', comment: 'It hangs from the ceiling now instead of the wall?' },
      { after: '10m', by: 'keiko', comment: 'It does! Somebody tidied up very thoroughly.' },
      { after: '1h', by: 'hanna', status: 'Resolved', resolution: 'fixed', comment: 'Back on the wall.' },
    ],
  },
  {
    title: 'Move of the finance team to the fourth floor',
    description: 'Six desks, twelve monitors, one printer. We would like to move on a Friday afternoon.',
    opened: { daysAgo: 6, at: '10:00', requestor: 'julien', through: 'tab' },
    triage: { priority: 'Medium', assignee: 'hanna', dueInDays: 5, tags: ['Facilities', 'Request'] },
    form: { location: 'Berlin office', services: ['Printing', 'Network and VPN'], neededInDays: 5 },
    steps: [
      { after: '2h', by: 'julien', link: { src: 'https://fin.contoso.com/floor-4.pdf', caption: 'Who sits where' } },
      { after: '4h', by: 'hanna', status: 'Started', comment: 'Movers are booked. Please pack only drawers.' },
      { after: '2h', by: 'marco', note: 'Ports 4.11 to 4.18 are dead, must be patched first.' },
      { after: '1d', by: 'julien', comment: 'Can the printer come along, or do we get a new one?' },
      { after: '1h', by: 'hanna', comment: 'It comes along. It is the pink one, but it has been good lately.' },
    ],
  },
  {
    title: 'How do I share my calendar with a customer?',
    description: 'They should see when I am free, not what I do.',
    opened: { daysAgo: 6, at: '16:20', requestor: 'priya', through: 'bot' },
    triage: { priority: 'Low', assignee: 'hanna', tags: ['Email', 'Question'] },
    form: { services: ['Email and calendar'] },
    steps: [
      { after: '20m', by: 'hanna', comment: 'Calendar, Share, type the address, choose "Can view when I am busy".' },
      { after: '1m', by: 'hanna', status: 'Resolved', resolution: 'fixed' },
      { after: '5m', by: 'priya', status: 'Closed', comment: 'Two minutes. Thanks!' },
    ],
  },
  {
    title: 'Invoice macro stops with error 1004',
    description: 'The month-end macro runs to row 214 and stops. Nobody changed it, at least nobody admits it.',
    opened: { daysAgo: 5, at: '09:15', requestor: 'julien', through: 'tab' },
    triage: { priority: 'Urgent', assignee: 'marco', dueInDays: 0, tags: ['Software', 'Files', 'Incident'] },
    form: { location: 'Berlin office', blocksMyWork: true, neededInDays: 0, stepsToReproduce: 'Run "MonthEnd".' },
    steps: [
      { after: '15m', by: 'marco', status: 'Started', comment: 'Row 214 has a merged cell. Let me try without it.' },
      { after: '1h', by: 'marco', status: 'Resolved', resolution: 'fixed', comment: 'Cell split, macro runs through.' },
      { after: '4d', by: 'julien', status: 'Reopened', comment: 'With the new month it stops at row 219.' },
      { after: '30m', by: 'marco', comment: 'The shop export merges cells. I filter it until they fix that.' },
    ],
  },
  {
    title: 'Phone with the sign-in app left in the train',
    description: "Called from a colleague's phone: his own is in the train to Kiel, and without it he cannot sign in.",
    opened: { daysAgo: 4, at: '08:35', requestor: 'daniel', through: 'tab', by: 'hanna' },
    triage: { priority: 'Urgent', assignee: 'hanna', dueInDays: -4, tags: ['Phone', 'Account', 'Security'] },
    form: { location: 'On the road', services: ['Sign-in'], blocksMyWork: true },
    steps: [
      { after: '2m', by: 'hanna', status: 'Started', comment: 'Phone locked, sessions ended, temporary pass sent.' },
      { after: '45m', by: 'daniel', comment: 'I am in again. The railway has it and sends it to Hamburg!' },
      { after: '1h', by: 'hanna', status: 'Resolved', resolution: 'fixed', comment: 'Safe again.' },
    ],
  },
  {
    title: 'Label printer stops in the middle of a roll',
    description: 'Gate 3. It prints forty labels and then says "no media". A restart helps for forty more.',
    opened: { daysAgo: 3, at: '07:50', requestor: 'tomasz', through: 'email' },
    triage: { priority: 'Important', assignee: 'marco', dueInDays: 1, tags: ['Printer', 'Incident'] },
    form: { location: 'Leipzig warehouse', services: ['Printing'], assetTag: 'LBL-G3', blocksMyWork: false },
    steps: [
      { after: '1h', by: 'marco', status: 'Started', comment: 'Please wipe the sensor under the roll, the blue lens.' },
      { after: '2h', by: 'tomasz', comment: 'Wiped. Now it is sixty labels. An improvement of 50 percent.' },
      { after: '20m', by: 'marco', status: 'Pending', comment: 'Then it is the sensor. Ordered, two to three days.' },
    ],
  },
  {
    title: 'Standing desk is stuck at the height of a bar table',
    description: 'Desk 3.14: the buttons do nothing. I can stand for some hours, but not for ever.',
    opened: { daysAgo: 3, at: '13:45', requestor: 'keiko', through: 'bot' },
    triage: { priority: 'Medium', dueInDays: -1, tags: ['Facilities', 'Incident'] },
    form: { location: 'Berlin office', blocksMyWork: false },
    steps: [{ after: '1d', by: 'keiko', comment: 'Unplugging for an hour did not help. I sit at desk 3.16 for now.' }],
  },
  {
    title: 'Offboarding: account of Jonas Weidner',
    description:
      'His last day is below. Mailbox to Priya for three months, files to the sales site, laptop back to you.',
    opened: { daysAgo: 2, at: '11:00', requestor: 'aisha', through: 'tab' },
    triage: { priority: 'Important', assignee: 'hanna', dueInDays: 3, tags: ['Account', 'HR', 'Request'] },
    form: { location: 'Hamburg office', colleagues: ['priya'], neededInDays: 3 },
    steps: [
      { after: '1h', by: 'hanna', status: 'Started', comment: 'Planned for 17:00 that day.' },
      { after: '10m', by: 'hanna', note: 'Aisha called: not earlier, he says goodbye by mail at 16:30.' },
      { after: '1d', by: 'priya', comment: 'Can I also have his calendar? There are customer visits in it.' },
      { after: '30m', by: 'hanna', comment: 'You can, it comes with the mailbox.' },
    ],
  },
  {
    title: 'Guest Wi-Fi for the customer day, forty people',
    description: 'Two rooms on the ground floor, all day. A printed code for the tables would be nice.',
    opened: { daysAgo: 1, at: '15:40', requestor: 'priya', through: 'tab' },
    triage: { priority: 'Medium', dueInDays: 12, tags: ['Network', 'Request'] },
    form: { location: 'Berlin office', services: ['Network and VPN'], colleagues: ['sofia'], neededInDays: 13 },
  },
  {
    title: 'Shared mailbox orders@ receives nothing any more',
    description: 'Usually there are ten orders an hour, now there are none. Customers say that nothing bounces.',
    opened: { ago: '170m', requestor: 'tomasz', through: 'email' },
    triage: { priority: 'Urgent', assignee: 'marco', dueInDays: 1, tags: ['Email', 'Incident'] },
    form: { location: 'Leipzig warehouse', services: ['Email and calendar'], blocksMyWork: true },
    steps: [
      { after: '7m', by: 'marco', status: 'Started', comment: 'I see the mails arrive and then vanish. Searching.' },
      { after: '25m', by: 'marco', note: 'A rule of yesterday moves all to "Archive/Test".' },
      { after: '5m', by: 'marco', comment: 'Found them: 34 orders in "Archive/Test". The rule is off now.' },
      { after: '12m', by: 'tomasz', comment: 'They are all here. Who makes such rules?' },
      { after: '20m', by: 'marco', comment: 'Still finding out. I keep this open until I know.' },
    ],
  },
  {
    title: 'Water on the floor of the copy room',
    description: 'A puddle below the air conditioner on the first floor, and it grows. I put a bucket under it.',
    opened: { ago: '85m', requestor: 'sofia', through: 'tab' },
    triage: { priority: 'Urgent', dueInDays: 1, tags: ['Facilities', 'Incident'] },
    form: { location: 'Berlin office' },
    steps: [{ after: '30m', by: 'sofia', comment: 'The bucket is half full. The paper is safe, I moved it.' }],
  },
  {
    title: 'Password expired while I am abroad',
    description: 'I am in Lyon until Friday and the change page only opens in the company network.',
    opened: { ago: '40m', requestor: 'julien', through: 'email' },
    triage: { priority: 'Important', tags: ['Account', 'Question'] },
    form: { location: 'On the road', services: ['Sign-in', 'Email and calendar'], blocksMyWork: true },
  },
  {
    title: 'intranet.contoso.com: certificate expires in 14 days',
    description: 'Host intranet.contoso.com\nIssuer Contoso Internal CA\nRenewal: manual',
    opened: { ago: '12m', requestor: 'monitoring', through: 'api' },
    triage: { priority: 'Medium', dueInDays: 10, tags: ['IT', 'Security'] },
  },
];
