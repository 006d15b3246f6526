import { NOTICES, type Notice, type Role } from '../../api/contract/people.ts';
import {
  type Card,
  type CardContext,
  card,
  cut,
  execute,
  firstThatFits,
  formButton,
  heading,
  type Json,
  openUrl,
  plain,
  subtle,
  text,
} from './card.ts';

export interface InstanceName {
  id: string;
  name: string;
}

/** The first word in a conversation: what this is good for, what to write, and a button. */
export function welcomeCard(
  ctx: CardContext,
  view: { scope: 'personal' | 'groupChat' | 'channel'; instance?: InstanceName | undefined; addedBy?: string },
): Card {
  const { m, appName } = ctx;
  const { scope, instance, addedBy } = view;
  const name = plain(instance?.name ?? '', 100);
  const about =
    scope === 'channel'
      ? addedBy
        ? m.welcomeChannel(plain(addedBy), name)
        : m.welcomeChannelNobody(name)
      : scope === 'groupChat'
        ? m.welcomeGroup
        : m.welcomePersonal;
  const mention = scope === 'personal' ? '' : `@${appName} `;
  const data = { instanceId: instance?.id ?? '' };
  return card(
    [
      heading(m.welcomeTitle(plain(appName, 40)), { size: 'large' }),
      text(about),
      text(m.welcomeTry(mention + m.example)),
    ],
    [
      formButton(ctx, m.newTicket, 'new', data, 'positive'),
      execute(m.myTickets, 'mine', data),
      execute(m.help, 'help', data),
    ],
    { fallbackText: m.welcomeTitle(appName) },
  );
}

/** Everything that can be written, for this role; all of it by buttons too. */
export function helpCard(
  ctx: CardContext,
  view: { role: Role | undefined; instance?: InstanceName | undefined },
): Card {
  const { m, appName } = ctx;
  const { role, instance } = view;
  const rows = [
    ...m.helpCommands,
    ...(role === 'owner' || role === 'assignee' ? m.helpWorker : []),
    ...(role === 'owner' ? m.helpOwner : []),
  ];
  const data = { instanceId: instance?.id ?? '' };
  const ask: Json = { type: 'Input.Text', id: 'text', label: m.search, placeholder: m.searchHint, maxLength: 200 };
  const free = { isFree: true };
  return card(
    [
      heading(m.helpTitle),
      instance ? subtle(`${plain(appName, 40)} · ${plain(instance.name)}`) : undefined,
      text(m.helpIntro),
      ...rows.map(([written, what]) => ({
        type: 'RichTextBlock',
        spacing: 'small',
        inlines: [
          { type: 'TextRun', text: written, weight: 'bolder' },
          { type: 'TextRun', text: `  ${what}`, isSubtle: true },
        ],
      })),
      ask,
    ],
    [
      execute(m.newTicket, 'new', data, { style: 'positive', ...free }),
      execute(m.search, 'search', data),
      execute(m.myTickets, 'mine', data, free),
      execute(m.openTickets, 'open', data, free),
      execute(m.settings, 'settings', data, free),
      role === 'owner' ? execute(m.diagnose, 'diagnose', data, free) : execute(m.switchInstance, 'switch', {}, free),
    ],
    { fallbackText: m.helpTitle },
  );
}

interface Choice {
  instances: InstanceName[];
  chosenId: string;
  intro?: string | undefined;
  /** What somebody wrote before they had chosen. */
  draft?: string | undefined;
}

/** The instances of a person, to choose the one that this conversation is about. */
export function chooseCard(ctx: CardContext, view: Choice): Card {
  return firstThatFits([() => choose(ctx, view, 100), () => choose(ctx, view, 30)]);
}

function choose(ctx: CardContext, view: Choice, most: number): Card {
  const { m } = ctx;
  const { instances, chosenId, intro, draft } = view;
  if (instances.length === 0) {
    const shown = [heading(m.chooseNone), text(m.chooseNoneText)];
    return card(shown, [execute(m.refresh, 'switch'), execute(m.help, 'help')], { fallbackText: m.chooseNone });
  }
  const choices: Json = {
    type: 'Input.ChoiceSet',
    id: 'chosenId',
    label: m.chooseTitle,
    style: instances.length > 6 ? 'filtered' : 'expanded',
    value: chosenId || instances[0]!.id,
    isRequired: true,
    errorMessage: m.required(m.chooseTitle),
    wrap: true,
    choices: instances.slice(0, most).map(({ id, name }) => ({ title: cut(name, 80), value: id })),
  };
  const data = draft === undefined ? {} : { draft: cut(draft, 255) };
  // Without a choice there is nothing else that could be done yet.
  const isChosen = chosenId !== '';
  const mine = execute(m.myTickets, 'mine', {}, { isFree: true });
  const open = execute(m.newTicket, 'new', { text: cut(draft ?? '', 255) }, { isFree: true });
  return card(
    [heading(m.chooseTitle), text(intro ?? m.chooseText), choices],
    [
      execute(m.choose, 'switch', data, { style: 'positive' }),
      ...(isChosen ? [open, mine] : []),
      execute(m.help, 'help', {}, { isFree: true }),
    ],
    { fallbackText: m.chooseTitle },
  );
}

/** What the bot tells a person of, to switch each kind off. */
export function settingsCard(
  ctx: CardContext,
  view: { instance?: InstanceName | undefined; mutedNotices: Notice[]; done?: string | undefined },
): Card {
  const { m, link } = ctx;
  const { instance, mutedNotices, done } = view;
  const data = { instanceId: instance?.id ?? '' };
  const toggles = NOTICES.map((kind) => ({
    type: 'Input.Toggle',
    id: kind,
    title: m.noticeKinds[kind],
    label: m.noticeKinds[kind],
    wrap: true,
    value: mutedNotices.includes(kind) ? 'false' : 'true',
    spacing: 'small',
  })).map(({ label: _, ...toggle }) => toggle);
  return card(
    [
      done === undefined ? undefined : { type: 'Container', style: 'good', items: [text(done, { weight: 'bolder' })] },
      heading(m.noticesTitle),
      text(m.noticesText),
      ...toggles,
      instance ? subtle(m.settingsInTab) : undefined,
    ],
    [
      execute(m.save, 'saveNotices', data, { style: 'positive' }),
      execute(m.switchInstance, 'switch', {}, { isFree: true }),
      instance ? openUrl(m.openInTab, link(instance.id)) : undefined,
      execute(m.help, 'help', data, { isFree: true }),
    ],
    { fallbackText: m.noticesTitle },
  );
}

export interface Check {
  label: string;
  isRight: boolean;
  /** What to do when it is not. */
  advice?: string;
  value?: string;
}

/** What an owner sees of the state of their help desk. */
export function diagnoseCard(ctx: CardContext, view: { instance: InstanceName; checks: Check[] }): Card {
  const { m, link } = ctx;
  const { instance, checks } = view;
  const isRight = checks.every((check) => check.isRight);
  const rows = checks.flatMap(({ label, isRight: right, advice, value }) => [
    text(`${right ? '✔' : '✘'} ${label}${value ? ` ${plain(value)}` : ''}`, {
      color: right ? 'good' : 'attention',
      spacing: 'small',
    }),
    ...(right || !advice ? [] : [subtle(advice, { spacing: 'none' })]),
  ]);
  const data = { instanceId: instance.id };
  return card(
    [
      heading(`${m.diagnoseTitle} · ${plain(instance.name)}`),
      text(isRight ? m.diagnoseAll : m.diagnoseSome, { weight: 'bolder' }),
      ...rows,
    ],
    [execute(m.refresh, 'diagnose', data), openUrl(m.openInTab, link(instance.id)), execute(m.help, 'help', data)],
    { fallbackText: isRight ? m.diagnoseAll : m.diagnoseSome },
  );
}
