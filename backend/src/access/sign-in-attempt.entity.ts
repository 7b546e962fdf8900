import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A sign-in that has not succeeded, counted by account, by address or by device. */
@Entity('sign_in_attempts')
export class SignInAttemptEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column({ type: 'text' })
  key: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  at: Date;
}
