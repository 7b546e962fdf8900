import { Global, Module } from '@nestjs/common';
import { Secrets } from './secrets.js';

/** Lets every module inject `Secrets`. */
@Global()
@Module({ providers: [Secrets], exports: [Secrets] })
export class SecretsModule {}
