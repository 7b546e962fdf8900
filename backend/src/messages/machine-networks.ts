import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';

type Sign = 'network' | 'privacy-proxy';
type Known = { who: string; sign: Sign; networks: string[]; source: string };

/**
 * Networks whose requests nobody made by hand, as their owners publish them (seen 2026-11). Mail gateways open links
 * from where they take mail in, where no people browse. A list of one's own goes before none of these: see
 * `WEND_MACHINE_NETWORKS`.
 */
const known: Known[] = [
  {
    who: 'Barracuda Email Security',
    sign: 'network',
    networks: ['64.235.144.0/20', '209.222.80.0/21'],
    source: 'https://campus.barracuda.com/product/emailgatewaydefense/doc/96023027/',
  },
  {
    who: 'Proofpoint',
    sign: 'network',
    networks: ['67.231.144.0/20', '148.163.128.0/19', '205.220.160.0/19', '208.84.64.0/22', '185.132.180.0/22'],
    source: 'AS22843, AS26211, AS52129',
  },
  {
    who: 'Mimecast',
    sign: 'network',
    networks: [
      '205.139.110.0/23',
      '207.211.30.0/23',
      '170.10.128.0/21',
      '195.130.217.0/24',
      '91.220.42.0/24',
      '185.58.84.0/22',
    ],
    source: 'https://mimecastsupport.zendesk.com (Data centers and URLs)',
  },
  {
    who: 'Symantec Email Security.cloud',
    sign: 'network',
    networks: [
      '46.226.48.0/21',
      '67.219.240.0/20',
      '85.158.136.0/21',
      '103.9.96.0/22',
      '117.120.16.0/21',
      '193.109.254.0/23',
      '194.106.220.0/23',
      '195.245.230.0/23',
      '216.82.240.0/20',
    ],
    source: 'https://knowledge.broadcom.com/external/article/150693/',
  },
  {
    who: 'Microsoft Exchange Online Protection',
    sign: 'network',
    networks: [
      '40.92.0.0/15',
      '40.107.0.0/16',
      '52.100.0.0/14',
      '104.47.0.0/17',
      '2a01:111:f400::/48',
      '2a01:111:f403::/48',
    ],
    source: 'https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges (Exchange Online)',
  },
  {
    who: 'Cisco Secure Email',
    sign: 'network',
    networks: ['68.232.128.0/19', '139.138.32.0/19', '216.71.128.0/19'],
    source: 'AS30238',
  },
  {
    who: 'Trend Micro Email Security',
    sign: 'network',
    networks: ['18.208.22.64/26', '150.70.0.0/16', '216.104.0.0/19'],
    source: 'https://success.trendmicro.com (IP addresses of Email Security)',
  },
  {
    who: 'Apple',
    // Mail Privacy Protection loads every picture through here, and nobody browses from here.
    sign: 'privacy-proxy',
    networks: ['17.0.0.0/8', '2620:149::/32', '2a01:b740::/32'],
    source: 'https://support.apple.com/101555 (AS714)',
  },
];

/** Tells by its address whether a program asks. */
export class MachineNetworks {
  private readonly lists = new Map<Sign, BlockList>();

  /**
   * `own`: networks besides those that are known, one per line (`203.0.113.0/24`), with comments after `#`. Throws one
   * sentence that names the line that cannot be read.
   */
  constructor(own = '') {
    for (const { sign, networks } of known) for (const network of networks) this.add(sign, network);
    for (const [index, line] of own.split(/\r?\n/).entries()) {
      const network = line.replace(/#.*/, '').trim();
      if (network === '') continue;
      try {
        this.add('network', network);
      } catch {
        throw new Error(`Line ${index + 1} is no network such as 203.0.113.0/24: “${network.slice(0, 60)}”.`);
      }
    }
  }

  /** Throws when the file cannot be read or a line of it is no network. */
  static fromFile(path: string | null): MachineNetworks {
    return new MachineNetworks(path === null ? '' : readFileSync(path, 'utf8'));
  }

  signOf(address: string | undefined): Sign | null {
    const ip = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').split('%')[0]!;
    const version = isIP(ip);
    if (version === 0) return null;
    for (const [sign, list] of this.lists) if (list.check(ip, version === 4 ? 'ipv4' : 'ipv6')) return sign;
    return null;
  }

  private add(sign: Sign, network: string): void {
    const [address = '', bits] = network.split('/');
    const version = isIP(address);
    if (version === 0) throw new Error(network);
    const list = this.lists.get(sign) ?? new BlockList();
    this.lists.set(sign, list);
    const type = version === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, type);
    else list.addSubnet(address, Number(bits), type);
  }
}
