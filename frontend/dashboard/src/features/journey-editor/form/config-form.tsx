'use client';

import type { Issue, Json, JsonObject, NodeManifest } from '@wend/contract';
import { isEntry } from '@wend/contract/plain';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { FieldFor } from './field-for';
import { Fields } from './fields';
import { FormProvider } from './form-context';
import { pathKey } from '@/components/form/field-path';
import { setAt } from './schema';
import type { Path } from '@/components/form/field-path';

type ConfigFormProps = {
  nodeId: string;
  manifest: NodeManifest;
  config: JsonObject;
  issues: readonly Issue[];
  quiet?: boolean;
  disabled?: boolean;
  onChange: (change: { config: JsonObject; path: string }) => void;
};

/** The form of a node's settings, drawn from its manifest alone. */
export function ConfigForm({
  nodeId,
  manifest,
  config,
  issues,
  quiet = false,
  disabled = false,
  onChange,
}: ConfigFormProps) {
  // Two changes may come in one event (an event's name and the label that follows it): each must see the one before.
  const latest = useRef(config);
  useEffect(() => {
    latest.current = config;
  }, [config]);
  const change = useCallback(
    (path: Path, value: Json | undefined) => {
      latest.current = (setAt({ value: latest.current, path, to: value }) ?? {}) as JsonObject;
      onChange({ config: latest.current, path: pathKey(path) });
    },
    [onChange],
  );
  const form = useMemo(
    () => ({
      root: manifest.config,
      nodeId,
      issues,
      quiet,
      eventScope: isEntry(manifest) ? ('entry' as const) : ('event' as const),
      disabled,
      change,
    }),
    [manifest, nodeId, issues, quiet, disabled, change],
  );
  return (
    <FormProvider value={form}>
      <fieldset disabled={disabled} className="min-w-0 space-y-4">
        <Fields schema={manifest.config} value={config} path={[]} Field={FieldFor} />
      </fieldset>
    </FormProvider>
  );
}
