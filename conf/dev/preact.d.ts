// Types of web/vendor/preact.js (Preact, its hooks and htm in one file) for the type check.
import { VNode } from 'preact';
import { Dispatch, MutableRef, StateUpdater } from 'preact/hooks';

export { Component, Fragment, createContext, h, render } from 'preact';
export {
	useCallback, useContext, useEffect, useErrorBoundary, useLayoutEffect, useMemo, useReducer,
} from 'preact/hooks';
export const html: (strings: TemplateStringsArray, ...values: any[]) => VNode<any>;

// What starts with nothing may become anything.
export function useState(initial: null | undefined): [any, (next: any) => void];
export function useState(initial: never[]): [any[], (next: any) => void];
export function useState(initial: Record<string, never>): [any, (next: any) => void];
export function useState<S>(initial: S | (() => S)): [S, Dispatch<StateUpdater<S>>];
export function useRef(initial: null): MutableRef<any>;
export function useRef<T>(initial: T): MutableRef<T>;
