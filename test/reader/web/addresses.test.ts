import { describe, expect, it } from 'vitest';
import { createAddressRules, isPublicAddress } from '../../../src/reader/web/addresses.ts';

const rules = createAddressRules([
  'wiki.test',
  'build.test:8080',
  'Files.Test:80',
  '[fd00::1]:9000',
  'secure.test:443',
]);
const standing = (address: string) => rules(new URL(address));

describe('Addresses that are not on the public web', () => {
  it.each([
    ['this machine', '127.0.0.1'],
    ['this machine in IPv6', '::1'],
    ['no address at all', '0.0.0.0'],
    ['no address at all in IPv6', '::'],
    ['a private network', '10.1.2.3'],
    ['a private network of the middle size', '172.16.0.1'],
    ['a network at home', '192.168.1.1'],
    ['a metadata service', '169.254.169.254'],
    ['a metadata service as IPv6', '::ffff:169.254.169.254'],
    ['a metadata service as IPv6 of the old form', '::169.254.169.254'],
    ['the same in hex', '::a9fe:a9fe'],
    ['a range nobody was given', '4000::1'],
    ['a metadata service with an address in IPv6', 'fd00:ec2::254'],
    ['a metadata service in the shared space of providers', '100.100.100.200'],
    ['the service that configures machines of Azure', '168.63.129.16'],
    ['a link-local address with its interface', 'fe80::1%eth0'],
    ['a unique local address', 'fc00::1'],
    ['the upper half of unique local addresses', 'fdff::1'],
    ['IPv4 translated to IPv6', '64:ff9b::7f00:1'],
    ['IPv4 translated to IPv6 locally', '64:ff9b:1::7f00:1'],
    ['IPv4 tunnelled in IPv6', '2002:7f00:1::1'],
    ['IPv4 tunnelled by Teredo', '2001:0:7f00:1::1'],
    ['addresses shared by a provider', '100.64.0.1'],
    ['a benchmark network', '198.18.0.1'],
    ['an example of documentation', '203.0.113.7'],
    ['many machines at once', '224.0.0.1'],
    ['every machine at once', '255.255.255.255'],
    ['something that is no address', 'wiki'],
  ])('are refused: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['93.184.216.34', '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'while %s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe('What may be opened', () => {
  it.each([
    'http://example.org/',
    'https://example.org/',
    'https://example.org:443/a',
    'http://8.8.8.8/',
    'https://[2606:4700::1111]/',
  ])('%s, because it is on the public web', (address) => {
    expect(standing(address)).toBe('public');
  });

  it.each([
    ['a port for mail', 'http://example.org:25/'],
    ['a port for tests', 'https://example.org:8443/'],
    ['a file', 'file:///etc/passwd'],
    ['another protocol', 'ftp://example.org/'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,hello'],
    ['this machine', 'http://127.0.0.1/'],
    ['this machine in one number', 'http://2130706433/'],
    ['this machine in hex', 'http://0x7f000001/'],
    ['this machine in hex by parts', 'http://0x7f.0x0.0x0.0x1/'],
    ['this machine in octal', 'http://0177.0.0.1/'],
    ['this machine in short', 'http://127.1/'],
    ['this machine in circled digits', 'http://①②⑦.0.0.1/'],
    ['this machine with a dot at the end', 'http://127.0.0.1./'],
    ['this machine as zero', 'http://0/'],
    ['this machine in IPv6', 'http://[::1]/'],
    ['this machine by its name', 'https://LOCALHOST/'],
    ['this machine by another name', 'http://wiki.localhost./'],
    ['a metadata service', 'http://169.254.169.254/latest/meta-data/'],
    ['a metadata service as IPv6', 'http://[::ffff:169.254.169.254]/'],
    ['a metadata service as IPv6 of the old form', 'http://[::169.254.169.254]/'],
    ['a metadata service in one number', 'http://2852039166/'],
    ['a unique local address', 'http://[fd00::2]/'],
  ])('not %s', (_, address) => {
    expect(standing(address)).toBe('blocked');
  });

  it('is an allowed host at the usual ports, and at no other', () => {
    expect(standing('http://wiki.test/')).toBe('private');
    expect(standing('https://WIKI.test/page')).toBe('private');
    expect(standing('http://wiki.test:8080/')).toBe('blocked');
  });

  it('is an allowed host with a port at that port, and like any other host elsewhere', () => {
    expect(standing('http://build.test:8080/')).toBe('private');
    expect(standing('http://build.test/')).toBe('public');
    expect(standing('http://build.test:8081/')).toBe('blocked');
    expect(standing('http://files.test/')).toBe('private');
    expect(standing('https://files.test/')).toBe('public');
    expect(standing('https://secure.test/')).toBe('private');
    expect(standing('http://secure.test/')).toBe('public');
    expect(standing('http://[fd00::1]:9000/')).toBe('private');
    expect(standing('http://[fd00::1]/')).toBe('blocked');
  });

  it('is not a name that only ends like an allowed one', () => {
    expect(standing('http://evilwiki.test/')).toBe('public');
    expect(standing('http://a.wiki.test:8080/')).toBe('blocked');
  });

  it.each([
    '',
    'http://wiki.test',
    'wiki.test/path',
    'user@wiki.test',
    'wiki.test:port',
    '::1',
    '*.test',
    'wiki:0',
    'wiki:',
    'wiki:65536',
    '999.1.1.1',
  ])('cannot be given as “%s”, which is no host', (entry) => {
    expect(() => createAddressRules([entry])).toThrow('is not a host or host:port');
  });
});
