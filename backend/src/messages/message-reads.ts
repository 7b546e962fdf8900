import { Injectable, Module } from '@nestjs/common';
import type { MessageDetail } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { detailOf } from './message.mapper.js';
import { MessageRepository } from './message.repository.js';

/** Messages with what became of them, for the page of a run or a person. */
@Injectable()
export class MessageReads {
  constructor(private readonly repository: MessageRepository) {}

  async ofRun(scope: Scope, enrollmentId: string): Promise<MessageDetail[]> {
    return (await this.repository.ofRun(scope, enrollmentId)).map((row) => detailOf(row, { history: row.events }));
  }

  async ofProfile(scope: Scope, profileId: string): Promise<MessageDetail[]> {
    return (await this.repository.ofProfile(scope, profileId)).map((row) => detailOf(row, { history: row.events }));
  }
}

/** Reads of messages, for modules that show them beside other things. */
@Module({ providers: [MessageRepository, MessageReads], exports: [MessageRepository, MessageReads] })
export class MessageReadsModule {}
