import { Button, Menu, MenuItemRadio, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { ChevronDownRegular } from '@fluentui/react-icons';
import { paths, useAddress } from '../address.ts';
import { useMe } from '../data.ts';
import { useMessages } from '../i18n.tsx';

/** The name of the help desk; with several it leads to the others. */
export function InstanceMenu({ instanceId, name }: { instanceId: string; name: string }) {
  const m = useMessages();
  const { instances } = useMe();
  const { go } = useAddress();
  if (instances.length < 2) return <strong className="instance-name ellipsis">{name}</strong>;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          className="instance-name"
          icon={<ChevronDownRegular />}
          iconPosition="after"
          aria-label={m.shell.instance(name)}
        >
          <span className="ellipsis">{name}</span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList checkedValues={{ instance: [instanceId] }}>
          {instances.map(({ id, name: other }) => (
            <MenuItemRadio key={id} name="instance" value={id} onClick={() => go(paths.list(id))}>
              {id === instanceId ? name : other}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
