/** The address of the page, which holds all that a reload or a colleague who gets the link should see. */

import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';

/** Where somebody is, and how to go elsewhere. */
export interface Address {
  path: string;
  params: URLSearchParams;
  /** Sets some parameters and takes off those that are undefined; stays on the page. */
  change(updates: Record<string, string | undefined>, isStep?: boolean): void;
  go(path: string, isReplacing?: boolean): void;
}

/** The address as it is now. */
export function useAddress(): Address {
  const [path, navigate] = useLocation();
  const search = useSearch();
  const params = useMemo(() => new URLSearchParams(search), [search]);
  const change = useCallback(
    (updates: Record<string, string | undefined>, isStep = false) => {
      const next = new URLSearchParams(search);
      for (const [name, value] of Object.entries(updates)) {
        if (value === undefined) next.delete(name);
        else next.set(name, value);
      }
      navigate(withQuery(path, next), { replace: !isStep });
    },
    [path, search, navigate],
  );
  const go = useCallback((to: string, isReplacing = false) => navigate(to, { replace: isReplacing }), [navigate]);
  return { path, params, change, go };
}

/** An address with parameters. */
export const withQuery = (path: string, params: URLSearchParams): string =>
  params.size > 0 ? `${path}?${params}` : path;

/** Where things are, below `/tab`. */
export const paths = {
  mine: '/',
  list: (instanceId: string) => `/instances/${instanceId}`,
  board: (instanceId: string) => `/instances/${instanceId}/board`,
  reports: (instanceId: string) => `/instances/${instanceId}/reports`,
  /** A page of the settings, or what can be set. */
  settings: (instanceId: string, page = '') => `/instances/${instanceId}/settings${page && `/${page}`}`,
  ticket: (instanceId: string, ticketNo: number | string) => `/instances/${instanceId}/tickets/${ticketNo}`,
};
