import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';
import { createAddressRules } from '../src/reader/web/addresses.ts';

const ENOUGH = { SLACK_BOT_TOKEN: 'xoxb-test', SLACK_APP_TOKEN: 'xapp-test' };

const privateHosts = (value: string): string[] =>
  readConfig({ ...ENOUGH, LINK_PRIVATE_HOSTS: value }).links.privateHosts;

describe('LINK_PRIVATE_HOSTS', () => {
  it.each([
    'wiki:0',
    'wiki:',
    'wiki:65536',
    'wiki:99999',
    'wiki:port',
    '999.1.1.1',
    '10.0.0.1/8',
    'fd00::1',
    '[fd00::1',
    '[fd00::zz]',
    '*.corp.example',
    'https://wiki.corp.example',
    'anna@wiki.corp.example',
    'wiki.corp.example, wiki:99999',
  ])('is told to be wrong with the other variables, not later, when it is “%s”', (value) => {
    const read = () => readConfig({ ...ENOUGH, PORT: 'none', LINK_PRIVATE_HOSTS: value });

    expect(read).toThrow(ConfigError);
    expect(read).toThrow(
      /PORT: Give a whole number[\s\S]*LINK_PRIVATE_HOSTS: Name hosts such as wiki\.example/u,
    );
  });

  it.each([
    ['Wiki.corp.example, wiki.corp.example:8443', ['wiki.corp.example', 'wiki.corp.example:8443']],
    ['wiki 10.0.0.1:65535', ['wiki', '10.0.0.1:65535']],
    ['my_wiki,[fd00::1]:9000', ['my_wiki', '[fd00::1]:9000']],
    ['', []],
  ])('may be “%s”, and what is let through can be used', (value, hosts) => {
    expect(privateHosts(value)).toEqual(hosts);
    expect(() => createAddressRules(privateHosts(value))).not.toThrow();
  });
});
