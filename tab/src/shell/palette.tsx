/** One box for everything: finds tickets, and does whatever the page can do. */

import {
  AddRegular,
  BoardRegular,
  DataTrendingRegular,
  FilterRegular,
  HeadsetRegular,
  KeyboardRegular,
  PersonRegular,
  SettingsRegular,
  TaskListLtrRegular,
} from '@fluentui/react-icons';
import { useDeferredValue, useState } from 'react';
import { paths, useAddress } from '../address.ts';
import { useMe, useRole, useTicketSearch, useViews, useWorkflow } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import { areKeysShown, openCreate } from '../signals.ts';
import { StateMark } from '../ui/marks.tsx';
import type { Option } from '../ui/pick.tsx';
import { PickDialog } from '../ui/pick-dialog.tsx';
import { stateLabel } from '../ui/workflow.ts';

const MOST_TICKETS = 8;

export default function Palette({ instanceId, onClose }: { instanceId: string; onClose: () => void }) {
  const m = useMessages();
  const { go } = useAddress();
  const { instances } = useMe();
  const role = useRole(instanceId);
  const workflow = useWorkflow(instanceId);
  const { data: views = [] } = useViews(instanceId);
  const [text, setText] = useState('');
  const search = useDeferredValue(text.trim());
  const { data: tickets = [] } = useTicketSearch(instanceId, search, MOST_TICKETS, search.length > 0);
  const commands: { option: Option; act: () => void }[] = [
    {
      option: { key: 'new', text: m.create.new, detail: 'C', icon: <AddRegular /> },
      act: () => openCreate.set({ title: '' }),
    },
    {
      option: { key: 'list', text: m.shell.list, icon: <TaskListLtrRegular /> },
      act: () => go(paths.list(instanceId)),
    },
    ...(role === 'member'
      ? []
      : [
          {
            option: { key: 'board', text: m.shell.board, icon: <BoardRegular /> },
            act: () => go(paths.board(instanceId)),
          },
        ]),
    { option: { key: 'mine', text: m.shell.mine, icon: <PersonRegular /> }, act: () => go(paths.mine) },
    ...(role === 'member'
      ? []
      : [
          {
            option: { key: 'reports', text: m.shell.reports, icon: <DataTrendingRegular /> },
            act: () => go(`${paths.list(instanceId)}/reports`),
          },
        ]),
    ...(role === 'owner'
      ? [
          {
            option: { key: 'settings', text: m.shell.settings, icon: <SettingsRegular /> },
            act: () => go(`${paths.list(instanceId)}/settings`),
          },
        ]
      : []),
    {
      option: { key: 'keys', text: m.keys.show, detail: '?', icon: <KeyboardRegular /> },
      act: () => areKeysShown.set(true),
    },
    ...views.map((view) => ({
      option: { key: `view${view.id}`, text: view.name, detail: m.view.views, icon: <FilterRegular /> },
      act: () => go(`${paths.list(instanceId)}?${view.query || 'view=all'}`),
    })),
    ...instances
      .filter(({ id }) => id !== instanceId)
      .map(({ id, name }) => ({
        option: { key: `instance${id}`, text: name, detail: m.palette.helpDesk, icon: <HeadsetRegular /> },
        act: () => go(paths.list(id)),
      })),
  ];
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = commands.filter(({ option }) => words.every((word) => option.text.toLowerCase().includes(word)));
  const found = search ? tickets : [];
  const options: Option[] = [
    ...fitting.map(({ option }) => ({ ...option, group: m.palette.commands })),
    ...found.map((ticket) => ({
      key: `ticket${ticket.ticketNo}`,
      text: `#${ticket.ticketNo} ${ticket.title}`,
      detail: stateLabel(m, ticket.status),
      icon: <StateMark category={workflow.states.find(({ id }) => id === ticket.statusId)?.category} />,
      group: m.palette.tickets,
    })),
  ];
  return (
    <PickDialog
      title={m.palette.title}
      label={m.palette.placeholder}
      options={options}
      onSearch={setText}
      onPick={(key) => {
        const command = commands.find(({ option }) => option.key === key);
        // After this dialog is gone, so that another one can have the keyboard.
        setTimeout(() => (command ? command.act() : go(paths.ticket(instanceId, key.slice('ticket'.length)))));
      }}
      onClose={onClose}
    />
  );
}
