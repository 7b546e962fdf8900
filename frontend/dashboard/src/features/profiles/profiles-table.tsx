import type { Json, ProfileSummary } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Avatar } from '@/components/ui/avatar';
import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { builtIn, traitPrefix } from './columns';
import type { BuiltIn } from './columns';
import { isPlainList } from './trait-values';

type ProfilesTableProps = { profiles: readonly ProfileSummary[]; columns: readonly string[] };

/** People, a row each, with the chosen columns; on a narrow screen the person alone. */
export function ProfilesTable({ profiles, columns }: ProfilesTableProps) {
  const t = useTranslations('profiles.profilesPage');
  const titles = useTranslations('profiles.columns');
  return (
    <Table label={t('profiles')}>
      <thead>
        <tr>
          <HeadCell>{t('person')}</HeadCell>
          {columns.map((column) => (
            <HeadCell key={column} className="max-w-48 truncate max-md:hidden">
              {isBuiltIn(column) ? titles(column) : column.slice(traitPrefix.length)}
            </HeadCell>
          ))}
        </tr>
      </thead>
      <tbody>
        {profiles.map((profile) => (
          <Row key={profile.id} className="relative">
            <Cell className="w-full max-w-0 min-w-44">
              <div className="flex items-center gap-3">
                <Avatar name={profile.name} />
                <div className="min-w-0">
                  <div className="flex items-center gap-2">
                    <Link
                      href={`/profiles/${profile.id}`}
                      className="block truncate font-semibold after:absolute after:inset-0"
                    >
                      {profile.name}
                    </Link>
                    {profile.demo ? <Badge>{t('demo')}</Badge> : null}
                  </div>
                  <p className="truncate text-xs text-muted">{profile.email ?? t('noEmail')}</p>
                </div>
              </div>
            </Cell>
            {columns.map((column) => (
              <Cell key={column} className="max-w-56 truncate whitespace-nowrap text-muted max-md:hidden">
                {isBuiltIn(column) ? (
                  <Known column={column} profile={profile} />
                ) : (
                  <Trait value={profile.traits[column.slice(traitPrefix.length)]} />
                )}
              </Cell>
            ))}
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function isBuiltIn(column: string): column is BuiltIn {
  return builtIn.some((name) => name === column);
}

function Known({ column, profile }: { column: BuiltIn; profile: ProfileSummary }) {
  const t = useTranslations('profiles.profilesPage');
  switch (column) {
    case 'externalId':
      return <span className="font-mono text-xs">{profile.externalId ?? t('anonymous')}</span>;
    case 'timeZone':
      return profile.timeZone ?? '–';
    case 'createdAt':
      return <RelativeTime at={profile.createdAt} zone={profile.timeZone} className="relative z-10" />;
    case 'lastSeen':
      return <RelativeTime at={profile.lastSeenAt} zone={profile.timeZone} className="relative z-10" />;
  }
}

function Trait({ value }: { value: Json | undefined }) {
  const t = useTranslations('profiles.profileFacts');
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  if (isPlainList(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
