/** What a person has set for themself; kept by the server, so it is the same on every device. */

import { useCallback } from 'react';
import type { Preferences } from '../../api/contract/people.ts';
import { call, type Input } from './api.ts';
import { keys, queryClient, useMe } from './data.ts';

/** The tab's own part of the preferences. */
interface TabPreferences {
  /** Of all help desks together: each shows those that it has. */
  columns: string[];
  /** Single keys are shortcuts. */
  hasShortcuts: boolean;
}

export interface MyPreferences extends Omit<Preferences, 'tab'> {
  /** Undefined for who has chosen none. */
  columns: string[] | undefined;
  hasShortcuts: boolean;
  change(change: Partial<Omit<Preferences, 'tab'>>): Promise<void>;
  changeTab(change: Partial<TabPreferences>): Promise<void>;
}

const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;

let changes = 0;

export function usePreferences(): MyPreferences {
  const { preferences } = useMe();
  const { tab, ...rest } = preferences;
  const change = useCallback(async (part: Partial<Preferences>) => {
    queryClient.setQueryData(keys.me, (me: { preferences: Preferences } | undefined) =>
      me ? { ...me, preferences: { ...me.preferences, ...part } } : me,
    );
    const mine = ++changes;
    const { data } = await call('', 'updatePreferences', part as unknown as Input<'updatePreferences'>);
    // The answer to an earlier change knows nothing of a later one.
    if (mine === changes) queryClient.setQueryData(keys.me, data.item);
  }, []);
  return {
    ...rest,
    columns: texts(tab.columns),
    hasShortcuts: tab.hasShortcuts !== false,
    change,
    changeTab: (part) => change({ tab: { ...tab, ...part } }),
  };
}
