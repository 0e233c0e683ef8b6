#compdef etcd-registry
# Completes etcd-registry in zsh. Names come from etcd, where anybody may have written them: zsh quotes
# them, and nothing expands them.

_etcd_registry() {
  local command= previous= word
  local -i i names=0
  local -a connection options candidates
  for ((i = 2; i < CURRENT; i++)); do
    word=${words[i]}
    previous=$word
    case $word in
      --)
        if ((i + 1 == CURRENT)); then
          _command_names -e
        else
          _files
        fi
        return
        ;;
      -e | --etcd)
        if ((i + 1 < CURRENT)); then
          ((i++))
          connection=(-e "${(Q)words[i]}")
          previous=
        fi
        ;;
      @VALUED@)
        if ((i + 1 < CURRENT)); then
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
    @VALUED@)
      _files
      return
      ;;
    *)
      if [[ ${words[CURRENT]} == -* ]]; then
        candidates=($options)
      elif [[ -z $command ]]; then
        candidates=(@COMMANDS@)
      elif ((names == 0)); then
        case $command in
          @NAMED@) candidates=("${(@f)$(timeout 5 ${words[1]} list $connection -o name 2>/dev/null)}") ;;
          completion) candidates=(bash zsh) ;;
          config) candidates=(show) ;;
          help) candidates=(@COMMANDS@) ;;
        esac
      fi
      ;;
  esac
  # no names are one empty line
  compadd -- ${candidates:#}
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _etcd_registry "$@"
else
  compdef _etcd_registry etcd-registry
fi
