# Completes etcd-registry in bash. Names come from etcd, where anybody may have written them: they are
# compared and quoted, never expanded.

_etcd_registry() {
  local line=${COMP_LINE:0:COMP_POINT} current= previous= command= word i names=0
  local -a words=() connection=() options=() candidates=()
  read -r -a words <<<"$line"
  if [[ $line == *[![:space:]] ]]; then
    current=${words[-1]}
    unset 'words[-1]'
  fi
  COMPREPLY=()
  for ((i = 1; i < ${#words[@]}; i++)); do
    word=${words[i]}
    previous=$word
    case $word in
      --)
        if ((i + 1 == ${#words[@]})); then
          mapfile -t COMPREPLY < <(compgen -c -- "$current")
        fi
        return
        ;;
      -e | --etcd)
        if ((i + 1 < ${#words[@]})); then
          word=${words[++i]//[\'\"]/}
          connection=(-e "$word")
          previous=
        fi
        ;;
      @VALUED@)
        if ((i + 1 < ${#words[@]})); then
          ((i++))
          previous=
        fi
        ;;
      -*) ;;
      *)
        if [[ -z $command ]]; then
          command=$word
        else
          ((names++))
        fi
        ;;
    esac
  done
  case $command in
@OPTIONS@
  esac
  case $previous in
    -o | --output)
      case $command in
        config) candidates=(table json) ;;
        doctor) candidates=(text json) ;;
        watch) candidates=(table wide json jsonl yaml) ;;
        *) candidates=(@FORMATS@) ;;
      esac
      ;;
    @VALUED@) return ;;
    *)
      if [[ $current == -* ]]; then
        candidates=("${options[@]}")
      elif [[ -z $command ]]; then
        candidates=(@COMMANDS@)
      elif ((names == 0)); then
        case $command in
          @NAMED@) mapfile -t candidates < <(timeout 5 "${words[0]}" list "${connection[@]}" -o name 2>/dev/null) ;;
          completion) candidates=(bash zsh) ;;
          config) candidates=(show) ;;
          help) candidates=(@COMMANDS@) ;;
        esac
      fi
      ;;
  esac
  for word in "${candidates[@]}"; do
    if [[ $word == "$current"* ]]; then
      COMPREPLY+=("$(printf %q "$word")")
    fi
  done
}

complete -o default -F _etcd_registry etcd-registry
