// Networks beside the one that the test runs in, for browsers that are somewhere else. They reach the test's network,
// and through it nobody.

import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {temporaryFolder} from './support.mjs';

const ip = (...words) => execFileSync('ip', words, {stdio: ['ignore', 'inherit', 'inherit']});

// The network 10.77.`number`…, in a namespace called `name`.
export function addNetwork(name, number) {
  const [here, there] = [`${name}0`, `${name}1`];
  ip('netns', 'add', name);
  // As in in_private_network: an address that comes later would disturb what has begun.
  ip('netns', 'exec', name, 'sh', '-c',
      'for setting in /proc/sys/net/ipv6/conf/*/disable_ipv6; do [ ! -e "$setting" ] || echo 1 >"$setting"; done');
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  ip('addr', 'add', `10.${number}.0.1/24`, 'dev', here);
  ip('link', 'set', here, 'up');
  ip('-n', name, 'addr', 'add', `10.${number}.0.2/24`, 'dev', there);
  ip('-n', name, 'link', 'set', 'lo', 'up');
  const connect = () => {
    ip('-n', name, 'link', 'set', there, 'up');
    ip('-n', name, 'route', 'add', 'default', 'via', `10.${number}.0.1`);
  };
  connect();
  return {
    // As if the network was left.
    cut: () => ip('-n', name, 'link', 'set', there, 'down'),
    restore: connect,
    // A program that runs `program` in that network.
    wrap(program) {
      const wrapper = join(temporaryFolder(), name);
      writeFileSync(wrapper, `#!/bin/sh\nexec ip netns exec ${name} ${program} "$@"\n`, {mode: 0o755});
      return wrapper;
    },
  };
}

// From now on, what arrives in the network `name` (without it: in the test's own) passes these rules of nftables.
export function filterArrivals(rules, name) {
  const all = [
    'add table ip arrivals', 'delete table ip arrivals', 'add table ip arrivals',
    'add chain ip arrivals each { type filter hook input priority 0; }',
    ...rules.map((rule) => `add rule ip arrivals each ${rule}`),
  ];
  const inside = name ? ['ip', 'netns', 'exec', name] : [];
  const [program, ...words] = [...inside, 'nft', '-f', '-'];
  execFileSync(program, words, {input: `${all.join('\n')}\n`});
}
