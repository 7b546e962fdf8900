import {
  Activity, AlarmClock, AtSign, Award, Bell, BellRing, Bot, Brain, Calendar, CalendarClock, CalendarDays, ChartLine, Clock, Cloud, Code, Coins, CreditCard, Database, Dices, FileText,
  Filter, Flag, Gift, GitBranch, GitFork, Globe, Hash, Heart, Hourglass, Image, Key, Link, List, ListChecks, Lock, LogIn, LogOut, Mail, Megaphone, Merge, MessageCircle, MessageSquare,
  Newspaper, Package, Pencil, Percent, Phone, Puzzle, Receipt, Route, Send, Settings, Shield, ShoppingBag, ShoppingCart, Shuffle, Smartphone, Sparkles, Split, Star, Store, Tag, Tags,
  Target, Ticket, Timer, Trophy, Truck, User, UserMinus, UserPlus, Users, Wallet, Waypoints, Webhook, Workflow, Zap,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { NodeManifest } from '@wend/contract';
import { memo } from 'react';
import { cx } from '@/lib/cx';
import { categoryStyle } from './categories';

/** The icons a manifest may name, by their Lucide names; any other name is drawn as a puzzle piece. */
const icons: Record<string, LucideIcon> = {
  activity: Activity, 'alarm-clock': AlarmClock, 'at-sign': AtSign, award: Award, bell: Bell, 'bell-ring': BellRing, bot: Bot, brain: Brain, calendar: Calendar,
  'calendar-clock': CalendarClock, 'calendar-days': CalendarDays, 'chart-line': ChartLine, clock: Clock, cloud: Cloud, code: Code, coins: Coins, 'credit-card': CreditCard,
  database: Database, dices: Dices, 'file-text': FileText, filter: Filter, flag: Flag, gift: Gift, 'git-branch': GitBranch, 'git-fork': GitFork, globe: Globe, hash: Hash, heart: Heart,
  hourglass: Hourglass, image: Image, key: Key, link: Link, list: List, 'list-checks': ListChecks, lock: Lock, 'log-in': LogIn, 'log-out': LogOut, mail: Mail, megaphone: Megaphone,
  merge: Merge, 'message-circle': MessageCircle, 'message-square': MessageSquare, newspaper: Newspaper, package: Package, pencil: Pencil, percent: Percent, phone: Phone, receipt: Receipt,
  route: Route, send: Send, settings: Settings, shield: Shield, 'shopping-bag': ShoppingBag, 'shopping-cart': ShoppingCart, shuffle: Shuffle, smartphone: Smartphone, sparkles: Sparkles,
  split: Split, star: Star, store: Store, tag: Tag, tags: Tags, target: Target, ticket: Ticket, timer: Timer, trophy: Trophy, truck: Truck, user: User, 'user-minus': UserMinus,
  'user-plus': UserPlus, users: Users, wallet: Wallet, waypoints: Waypoints, webhook: Webhook, workflow: Workflow, zap: Zap,
};

/** The tile that stands for a kind of node, in the colour of its category. */
export const NodeIcon = memo(function NodeIcon({ manifest, size = 28 }: { manifest: NodeManifest | null; size?: 24 | 28 }) {
  const Icon = (manifest && icons[manifest.icon]) ?? Puzzle;
  return (
    <span aria-hidden className={cx('grid shrink-0 place-items-center rounded-md', size === 28 ? 'size-7' : 'size-6', manifest ? categoryStyle[manifest.category].tile : 'bg-bad-soft text-bad')}>
      <Icon size={size === 28 ? 16 : 14} strokeWidth={1.75} />
    </span>
  );
});
