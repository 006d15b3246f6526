import { SLOTS, type Slot } from '../contract/keys.ts';
import { DEFAULT_WORKFLOW } from '../contract/workflow.ts';
import type { InstanceRecord, StoredInstance } from '../store/store.ts';
import type { Environment } from './context.ts';
import { newKey } from './keys.ts';
import { LATER_SETTINGS } from './settings.ts';

interface NewInstance {
  /** A new one when absent. */
  id?: string;
  name: string;
  isDemo?: boolean;
  /** Settings to begin with, instead of the usual ones. */
  settings?: Partial<StoredInstance>;
}

/** Makes an instance with a primary and a secondary key. */
export async function createInstance(
  environment: Environment,
  { id = environment.newId(), name, isDemo = false, settings = {} }: NewInstance,
): Promise<{ record: InstanceRecord; keys: { slot: Slot; key: string }[] }> {
  const record: InstanceRecord = {
    id,
    name,
    createdOn: environment.now().toISOString(),
    isDemo,
  };
  const keys = SLOTS.filter((slot) => slot !== 'administrative').map((slot) => ({
    slot,
    ...newKey(environment, record.id, slot),
  }));
  const value = { ...usualSettings(record.id, name), ...settings };
  await environment.store.registry.createInstance(
    record,
    [{ put: 'instance', id: record.id, value, replaces: null }],
    keys.map((key) => key.record),
  );
  return { record, keys: keys.map(({ slot, key }) => ({ slot, key })) };
}

function usualSettings(id: string, name: string): StoredInstance {
  const weekdays = [1, 2, 3, 4, 5];
  return {
    id,
    groupId: '',
    tenantId: '',
    teamId: '',
    channelId: '',
    subscriptionId: '',
    name,
    enabled: true,
    ...LATER_SETTINGS,
    mailAddress: '',
    customFieldsLeft: [],
    customFieldsRight: [],
    optionalFieldsLeft: [
      { id: 'description', title: 'Description', isMandatory: false, status: 'visible' },
      { id: 'priority', title: 'Priority', isMandatory: false, status: 'visible' },
    ],
    optionalFieldsRight: [
      { id: 'assignee', title: 'Assignee', isMandatory: false, status: 'visible' },
      { id: 'expectedDate', title: 'Expected date', isMandatory: false, status: 'visible' },
      { id: 'tags', title: 'Tags', isMandatory: false, status: 'visible' },
    ],
    assignees: { type: 'teamsOwner', peoples: [] },
    assigneeRules: [],
    defaultRuleAssignee: [],
    isAutomaticAssignTickets: false,
    alertNotification: { created: true, assigned: true, commented: true, statusChanged: true, dueSoon: true },
    isAutoAssignIdleTickets: false,
    dayBeforeTicketsIdle: 0,
    idleTicketAssignedTo: [],
    isNotifyIdleTicket: false,
    workflows: [DEFAULT_WORKFLOW],
    isCustomWorkflow: false,
    sla: {
      timezone: 'UTC',
      workingHours: weekdays.map((weekday) => ({ weekday, from: '09:00', to: '17:00' })),
      holidays: [],
      targets: [
        { priority: 'Urgent', firstResponseMinutes: 30, resolutionMinutes: 240 },
        { priority: 'Important', firstResponseMinutes: 60, resolutionMinutes: 480 },
        { priority: 'Medium', firstResponseMinutes: 120, resolutionMinutes: 1440 },
        { priority: 'Low', firstResponseMinutes: 480, resolutionMinutes: 2400 },
      ],
      warningPercent: 75,
      escalateTo: [],
    },
  };
}

/** The key in a slot; makes one when the slot is empty, as the administrative one is at first. */
export async function keyInSlot(environment: Environment, instanceId: string, slot: Slot): Promise<string> {
  const records = await environment.store.registry.keys(instanceId);
  const found = records.find((record) => record.slot === slot);
  if (found) return environment.vault.reveal(found);
  const { key, record } = newKey(environment, instanceId, slot);
  await environment.store.registry.putKey(record, null);
  return key;
}
