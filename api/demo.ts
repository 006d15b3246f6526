import type { CustomField } from './contract/instance.ts';
import type { Slot } from './contract/keys.ts';
import type { StoredInstance } from './store/store.ts';
import type { Call, Environment } from './core/context.ts';
import { uuidsByTime } from './core/ids.ts';
import { createInstance } from './core/instances.ts';
import { invoke } from './core/invoke.ts';
import {
  AGENTS,
  DEMO_TICKETS,
  type DemoForm,
  type DemoStep,
  type DemoTicket,
  type DemoTriage,
  type Duration,
  LOCATIONS,
  PEOPLE,
  SERVICES,
  TAG_CATEGORIES,
} from './demo-tickets.ts';

const TIMEZONE = 'Europe/Berlin';
const END_OF_WORK = '17:00';

/** The custom fields under the names that `DemoForm` has for them. The ids are those of the public API reference. */
const FIELDS: Record<keyof DemoForm, CustomField> = {
  location: field('5b9f56bc-ec6a-45a3-b7ce-c25e1d8cfd69', 'Location', 'list', { options: optionsOf(LOCATIONS) }),
  services: field('fef751d6-067d-431b-8a6d-667056eff6ee', 'Affected services', 'list', {
    options: optionsOf(SERVICES),
    isMultiple: true,
  }),
  stepsToReproduce: field('4aad4ef9-3242-4bb6-87f7-29428567429f', 'Steps to reproduce', 'textarea'),
  colleagues: field('146db0c4-de24-4818-a131-a27161bb7ad0', 'Affected colleagues', 'peoplepicker', {
    isMultiple: true,
    isSeeTicket: true,
  }),
  assetTag: field('7670050a-cf1a-4d3d-8179-5eba888dea5f', 'Asset tag', 'text'),
  blocksMyWork: field('862bd88d-f691-4a7b-a89a-f6f48550fc27', 'Blocks my work', 'toggle'),
  neededInDays: field('7ee98e41-c4d0-4d4c-beb9-2b7f8f8c35c8', 'Needed on', 'date'),
};

const TYPE_TEXT = {
  text: 'Text',
  textarea: 'Text area',
  toggle: 'Toggle',
  date: 'Date',
  list: 'List',
  peoplepicker: 'People picker',
};
