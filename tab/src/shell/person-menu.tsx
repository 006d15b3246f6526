import {
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useAddress } from '../address.ts';
import { useMe, useTabConfig } from '../data.ts';
import { LANGUAGES, useMessages } from '../i18n.tsx';
import { usePreferences } from '../preferences.ts';
import { localPeople } from '../session.ts';
import { areKeysShown } from '../signals.ts';
import { Face } from '../ui/marks.tsx';
import { switchTo } from './sign-in.tsx';

interface MenuLink {
  name: string;
  href: string;
  icon: ReactElement;
  text: string;
}

/** Who I am, what I have set for myself, and on a laptop the others to be. */
export function PersonMenu({ links }: { links: MenuLink[] }) {
  const m = useMessages();
  const { go } = useAddress();
  const me = useMe();
  const preferences = usePreferences();
  const config = useTabConfig();
  const isLocal = config?.signIn === 'local' && window.parent === window;
  const { data: people = [] } = useQuery({ queryKey: ['local people'], queryFn: localPeople, enabled: isLocal });
  return (
    <Menu
      checkedValues={{
        keys: preferences.hasShortcuts ? ['on'] : ['off'],
        language: [preferences.locale],
        person: [me.id],
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <button type="button" className="person-button" title={m.shell.me(me.name)}>
          <Face person={me} size={28} />
        </button>
      </MenuTrigger>
      <MenuPopover className="person-popover">
        <MenuList>
          {links.map(({ name, href, icon, text }) => (
            <MenuItem key={name} icon={icon} onClick={() => go(href)}>
              {text}
            </MenuItem>
          ))}
          {links.length > 0 && <MenuDivider />}
          {isLocal && (
            <MenuGroup>
              <MenuGroupHeader>{m.shell.signedInAs}</MenuGroupHeader>
              {people.map((person) => (
                <MenuItemRadio
                  key={person.id}
                  name="person"
                  value={person.id}
                  secondaryContent={m.role[person.role]}
                  onClick={() => {
                    switchTo(person.id);
                    location.reload();
                  }}
                >
                  {person.name}
                </MenuItemRadio>
              ))}
              <MenuItem
                className="unmarked"
                onClick={() => {
                  switchTo(undefined);
                  location.reload();
                }}
              >
                {m.shell.signOut}
              </MenuItem>
              <MenuDivider />
            </MenuGroup>
          )}
          <MenuGroup>
            <MenuGroupHeader>{m.shell.language}</MenuGroupHeader>
            <MenuItemRadio name="language" value="" onClick={() => void preferences.change({ locale: '' })}>
              {m.shell.automatic}
            </MenuItemRadio>
            {Object.entries(LANGUAGES).map(([locale, name]) => (
              <MenuItemRadio
                key={locale}
                name="language"
                value={locale}
                onClick={() => void preferences.change({ locale })}
              >
                <span lang={locale}>{name}</span>
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>{m.keys.title}</MenuGroupHeader>
            <MenuItemRadio name="keys" value="on" onClick={() => void preferences.changeTab({ hasShortcuts: true })}>
              {m.keys.on}
            </MenuItemRadio>
            <MenuItemRadio name="keys" value="off" onClick={() => void preferences.changeTab({ hasShortcuts: false })}>
              {m.keys.off}
            </MenuItemRadio>
            <MenuItem className="unmarked" onClick={() => areKeysShown.set(true)}>
              {m.keys.show}
            </MenuItem>
          </MenuGroup>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
